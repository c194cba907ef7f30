import { describe, expect, it } from 'vitest';
import { expandBelow } from '../../src/core/bytes/hash.ts';
import { bitLength } from '../../src/core/bytes/integers.ts';
import { CEREMONY_STAGES, type CeremonyResult } from '../../src/core/ceremony/ceremony.ts';
import { ceremonyStatement } from '../../src/core/ceremony/record.ts';
import type { Progress } from '../../src/core/network/session.ts';
import { mod } from '../../src/core/numbers/integers.ts';
import { isProbablePrime } from '../../src/core/numbers/primes.ts';
import { randomBelow } from '../../src/core/numbers/random.ts';
import { keyId } from '../../src/core/paillier/key.ts';
import { maskSource } from '../../src/core/paillier/masks.ts';
import { Paillier } from '../../src/core/paillier/paillier.ts';
import { exponentField } from '../../src/core/sharing/fields.ts';
import { ceremonyParameters, signedExponent, successfulCeremony } from '../support/ceremony.ts';
import { factorsFromMultiple } from '../support/factoring.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { testSigners } from '../support/simulation.ts';
import { engineUnderTest } from '../support/engine-under-test.ts';

const engine = engineUnderTest();

/** Multiplies the partial decryptions of `results`. */
async function open(results: readonly CeremonyResult[], plaintexts: readonly bigint[]) {
  const [first] = results as [CeremonyResult];
  const paillier = new Paillier(engine, first.share.publicKey);
  const masks = await maskSource(engine, first.share.publicKey, 'short', seededRandom('masks'));
  const ciphertexts = await paillier.encrypt(plaintexts, masks);
  const partials = await Promise.all(results.map(({ share }) => paillier.partialDecryptions(ciphertexts, share)));
  return paillier.combine(partials);
}

describe.each([
  [3, 'alpha'],
  [3, 'beta'],
  [4, 'gamma'],
  [5, 'delta'],
  [7, 'epsilon'],
  [9, 'zeta'],
])('a ceremony of %i banks (%s)', async (parties, seed) => {
  const random = seededRandom('test', seed);
  const signers = testSigners(parties);
  const results = await successfulCeremony({
    parties,
    seed,
    options: (party) => ({ signer: signers[party - 1] as (typeof signers)[0] }),
  });
  const [first] = results as [CeremonyResult];
  const { publicKey } = first.share;
  const { n, theta } = publicKey;
  const sum = results.reduce((total, { share }) => total + signedExponent(share), 0n);
  const [p, q] = factorsFromMultiple(n, sum, random);

  it('ends with the same key and record at all banks', () => {
    for (const [i, { share, record }] of results.entries()) {
      expect(share.party).toBe(i + 1);
      expect(share.publicKey).toEqual(publicKey);
      expect(record).toEqual(first.record);
    }
    expect(publicKey).toMatchObject({ bits: 512, parties });
    expect(first.record.keyId).toEqual(keyId(publicKey));
  });

  it('makes a modulus of exact length from two primes that are 3 modulo 4', () => {
    expect(bitLength(n)).toBe(512);
    for (const prime of [p, q]) {
      expect(isProbablePrime(prime, random)).toBe(true);
      expect(prime % 4n).toBe(3n);
      expect(prime >= 3n << 254n && prime < 1n << 256n).toBe(true);
    }
    expect(p).not.toBe(q);
  });

  it('shares a multiple of φ over the integers, which is θ modulo N', () => {
    const phi = (p - 1n) * (q - 1n);
    expect(sum % phi).toBe(0n);
    expect(sum / phi > 0n && sum / phi < BigInt(parties) * n).toBe(true); // β
    expect(mod(sum, n)).toBe(theta);
    for (const { share } of results) {
      const d = signedExponent(share);
      expect((d < 0n ? -d : d) < exponentField(512)).toBe(true);
    }
  });

  it('leaves values with which each share can be verified later', () => {
    const { verificationBase, verificationValues, seed: sigma } = publicKey;
    const x = expandBelow(n * n, 'verification base', sigma, n);
    expect(verificationBase).toBe((x * x) % (n * n));
    expect(verificationValues).toHaveLength(parties);
    expect(verificationValues.reduce((product, value) => (product * value) % n)).toBe(1n);
  });

  it('opens what is encrypted with the shares of all banks, and nothing with fewer', async () => {
    const plaintexts = [0n, 1n, n - 1n, randomBelow(random, n)];
    expect(await open(results, plaintexts)).toEqual(plaintexts);
    expect(await open(results.slice(1), plaintexts)).toEqual(plaintexts.map(() => undefined));
  });

  it('is signed by all banks', async () => {
    const { signatures, transcriptDigest, parameters } = first.record;
    const statement = ceremonyStatement(publicKey, parameters, transcriptDigest);
    expect(parameters).toEqual(ceremonyParameters(parties, 512, seed));
    for (const [i, signature] of signatures.entries()) {
      expect(await signers[0]?.verify(i + 1, statement, signature)).toBe(true);
    }
    expect(signatures).toHaveLength(parties);
  });
});

describe('two ceremonies of the same banks', () => {
  it('make different keys', async () => {
    const keys = await Promise.all(
      ['one', 'two'].map(async (seed) => (await successfulCeremony({ parties: 3, seed }))[0]?.share.publicKey.n),
    );
    expect(keys[0]).not.toBe(keys[1]);
  });
});

describe('slow lines that deliver in any order', () => {
  it('change nothing of the key', async () => {
    const delays = seededRandom('delays');
    const [undisturbed] = await successfulCeremony({ parties: 4, seed: 'gamma' });
    const disturbed = await successfulCeremony({
      parties: 4,
      seed: 'gamma',
      fault: (message) => [{ ...message, delay: (delays.bytes(1)[0] as number) % 5 }],
    });
    for (const { share } of disturbed) expect(share.publicKey).toEqual(undisturbed?.share.publicKey);
  });
});

describe('the progress of a ceremony', () => {
  it('counts candidates and never claims to know the end', async () => {
    const progress: Progress[] = [];
    const [first] = await successfulCeremony({
      parties: 3,
      seed: 'beta',
      options: (party) => (party === 1 ? { onProgress: (step) => progress.push(step) } : {}),
    });
    const search = progress.filter(({ stage }) => stage === 'search');
    expect(search.every(({ total }) => total === undefined)).toBe(true);
    expect(search.map(({ done }) => done)).toEqual(search.map((_, i) => i * 48));
    expect(search.at(-1)?.done).toBe(first?.candidates);
    expect([...new Set(progress.map(({ stage }) => stage))]).toEqual(CEREMONY_STAGES);
  });
});
