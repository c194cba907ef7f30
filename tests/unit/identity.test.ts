import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { fingerprintOf, orderParties, PeerCertificate, pinOf } from '../../src/main/identity/certificate.ts';
import { createIdentity, Identity } from '../../src/main/identity/identity.ts';
import { issueCertificate } from '../../src/main/identity/issue-certificate.ts';
import { createSigner } from '../../src/main/identity/signer.ts';
import { hostRandom } from '../../src/main/runtime.ts';

const NAME = 'Bänk Ω 銀行';
const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 23);

let alba: Identity;
let boreal: Identity;
beforeAll(async () => {
  alba = await createIdentity({ name: NAME, now: () => NOW, validityDays: 10 });
  boreal = await createIdentity({ name: 'Boreal' });
});

describe('an identity', () => {
  it('has a self-signed version 3 certificate for a 3072-bit RSA key, for clients and servers', () => {
    const certificate = new X509Certificate(alba.certificate.pem);
    expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(3072);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    expect(certificate.subjectAltName).toBe('DNS:peer.riskweave.invalid');
    expect(alba.certificate.name).toBe(NAME);
  });

  it('is valid from a little in the past until its last day', () => {
    expect(alba.certificate.faultAt(NOW)).toBeUndefined();
    expect(alba.certificate.faultAt(NOW - 60_000)).toBeUndefined();
    expect(alba.certificate.faultAt(NOW - DAY_MS)).toBe('certificate-not-yet-valid');
    expect(alba.certificate.faultAt(NOW + 11 * DAY_MS)).toBe('certificate-expired');
  });

  it('shows its secret key to no log and no JSON', () => {
    const secret = alba.exportSecretKey().split('\n')[1] as string;
    for (const shown of [inspect(alba, { depth: 9, showHidden: true }), JSON.stringify(alba)])
      expect(shown).not.toContain(secret);
    expect(inspect(alba)).toContain(NAME);
  });

  it('is restored from what it exports', () => {
    const restored = Identity.restore(alba.certificate.pem, alba.exportSecretKey());
    expect(restored.certificate.fingerprint).toBe(alba.certificate.fingerprint);
  });

  it('is not restored with the key of another', () => {
    expect(() => Identity.restore(alba.certificate.pem, boreal.exportSecretKey())).toThrow(
      'not that of the certificate',
    );
  });

  it.each(['', '  ', 'x'.repeat(65), 'a\nb'])('is not created with the name %j', async (name) => {
    await expect(createIdentity({ name })).rejects.toThrow('printable characters');
  });
});

describe("a peer's certificate", () => {
  it('is the same whether it comes as PEM or DER', () => {
    const der = new X509Certificate(alba.certificate.pem).raw;
    const certificate = new PeerCertificate(der);
    expect(certificate.fingerprint).toBe(alba.certificate.fingerprint);
    expect(fingerprintOf(new X509Certificate(der))).toBe(certificate.fingerprint);
    expect(pinOf(new X509Certificate(der))).toBe(certificate.pin);
  });

  it('keeps its pin when it is renewed with the same key', async () => {
    const renewed = new PeerCertificate(await issue(alba.secretKey));
    expect(renewed.pin).toBe(alba.certificate.pin);
    expect(renewed.fingerprint).not.toBe(alba.certificate.fingerprint);
  });

  it('with a shorter RSA key is refused', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = await issue(privateKey);
    expect(() => new PeerCertificate(pem)).toThrow(expect.objectContaining({ reason: 'certificate-unsuitable' }));
  });

  it('whose content does not fit its signature is refused', () => {
    const der = Buffer.from(new X509Certificate(boreal.certificate.pem).raw);
    const at = der.indexOf('Boreal');
    der.write('Boreas', at);
    der.write('Boreas', der.indexOf('Boreal'));
    expect(() => new PeerCertificate(der)).toThrow(expect.objectContaining({ reason: 'certificate-unsuitable' }));
  });

  it.each([
    ['garbage', 'garbage'],
    ['nothing', ''],
    ['too long', 'x'.repeat(100_000)],
  ])('that is %s is refused', (_, encoded) => {
    expect(() => new PeerCertificate(encoded)).toThrow(expect.objectContaining({ reason: 'certificate-unsuitable' }));
  });

  it('with a public key that cannot be read is refused', () => {
    const der = Buffer.from(new X509Certificate(boreal.certificate.pem).raw);
    const rsaEncryption = Buffer.from('2a864886f70d010101', 'hex'); // the algorithm of the public key
    der[der.indexOf(rsaEncryption) + rsaEncryption.length - 1] = 0x7f;
    expect(() => new PeerCertificate(der)).toThrow(expect.objectContaining({ reason: 'certificate-unsuitable' }));
  });

  it.each(['\u001b[2J', 'a\u0000', '\u202elaB', 'x'.repeat(65)])(
    'with the name %j, which nobody could be shown, is refused',
    async (name) => {
      const pem = await issue(alba.secretKey, name);
      expect(() => new PeerCertificate(pem)).toThrow(expect.objectContaining({ reason: 'certificate-unsuitable' }));
    },
  );

  function issue(secretKey: Identity['secretKey'], name = NAME): Promise<string> {
    return issueCertificate({
      name,
      secretKey,
      notBefore: new Date(NOW),
      notAfter: new Date(NOW + DAY_MS),
      random: hostRandom,
    });
  }
});

describe('the order of parties', () => {
  it('is ascending by fingerprint, whoever asks', () => {
    const [a, b] = [alba.certificate, boreal.certificate];
    const order = orderParties([a, b]);
    expect(order).toEqual(orderParties([b, a]));
    expect((order[0] as PeerCertificate).fingerprint < (order[1] as PeerCertificate).fingerprint).toBe(true);
  });

  it('does not exist for two banks with one key', () => {
    expect(() => orderParties([alba.certificate, new PeerCertificate(alba.certificate.pem)])).toThrow('same key');
  });
});

describe('a signature', () => {
  const message = Uint8Array.of(1, 2, 3);

  it('holds for its message, signer and purpose, and for no other', async () => {
    const parties = [alba.certificate, boreal.certificate];
    const signer = createSigner(alba, parties, 'run record');
    const signature = await signer.sign(message);
    await expect(signer.verify(1, message, signature)).resolves.toBe(true);
    await expect(signer.verify(1, Uint8Array.of(1, 2, 4), signature)).resolves.toBe(false);
    await expect(signer.verify(2, message, signature)).resolves.toBe(false);
    await expect(signer.verify(3, message, signature)).resolves.toBe(false);
    await expect(signer.verify(1, message, signature.subarray(1))).resolves.toBe(false);
    await expect(createSigner(boreal, parties, 'key record').verify(1, message, signature)).resolves.toBe(false);
  });
});
