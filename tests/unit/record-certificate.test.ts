import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { createIdentity, type Identity } from '../../src/main/identity/identity.ts';
import { createSigner } from '../../src/main/identity/signer.ts';
import { signedMessage } from '../../src/core/bytes/signed-message.ts';
import { readCertificate, verifySignature } from '../../src/renderer/features/record/certificate.ts';

let identity: Identity;
beforeAll(async () => {
  identity = await createIdentity({ name: 'Bank Zürich' });
});

describe('a certificate, read without node', () => {
  it('has the name, the fingerprint and the public key that node sees', async () => {
    const read = await readCertificate(new Uint8Array(der()));
    expect(read.name).toBe('Bank Zürich');
    expect(read.fingerprint).toBe(identity.certificate.fingerprint);
    const spki = new X509Certificate(identity.certificate.pem).publicKey.export({ type: 'spki', format: 'der' });
    expect(new Uint8Array(await crypto.subtle.exportKey('spki', read.publicKey))).toEqual(new Uint8Array(spki));
  });

  it.each([
    ['something else', () => Buffer.from('hello')],
    ['nothing', () => Buffer.alloc(0)],
    ['cut off', () => der().subarray(0, -10)],
    ['followed by something', () => Buffer.concat([der(), Uint8Array.of(5, 0)])],
    ['the key alone', () => identity.certificate.publicKey.export({ type: 'spki', format: 'der' })],
    ['of a length beyond its end', () => Uint8Array.of(0x30, 0x82, 0x05, 0x00)],
    ['of a length without an end', () => Uint8Array.of(0x30, 0x80, 0x00, 0x00)],
  ])('is refused when it is %s', async (_, bytes) => {
    await expect(readCertificate(new Uint8Array(bytes()))).rejects.toThrow(/certificate/);
  });
});

describe('a signature, checked without node', () => {
  const message = Uint8Array.of(1, 2, 3);
  const signed = new Uint8Array(signedMessage('test', message));

  it('is accepted for the message that was signed, and for no other', async () => {
    const signature = (await createSigner(identity, [], 'test').sign(message)) as Uint8Array<ArrayBuffer>;
    const certificate = await readCertificate(new Uint8Array(der()));
    expect(await verifySignature(certificate, signed, signature)).toBe(true);
    expect(
      await verifySignature(
        certificate,
        signed.map((byte) => byte ^ 1),
        signature,
      ),
    ).toBe(false);
    expect(
      await verifySignature(
        certificate,
        signed,
        signature.map((byte) => byte ^ 1),
      ),
    ).toBe(false);
  });
});

function der(): Buffer {
  return new X509Certificate(identity.certificate.pem).raw;
}
