import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/core/bytes/hex.ts';
import { Reader } from '../../src/core/bytes/encoding.ts';
import { MessageFault, ProtocolAbort } from '../../src/core/errors.ts';
import { bytesAt, fromBigints, toBigints, type Batch } from '../../src/core/modulus/batch.ts';
import { bigintEngine } from '../../src/core/modulus/bigint-engine.ts';
import { gcd } from '../../src/core/numbers/integers.ts';
import { readResidues, requireUnits } from '../../src/core/paillier/ciphertexts.ts';
import { keyId, SecretExponent, type KeyShare, type PublicKey } from '../../src/core/paillier/key.ts';
import { maskSource, MaskStock, type MaskSource } from '../../src/core/paillier/masks.ts';
import { Paillier } from '../../src/core/paillier/paillier.ts';
import { dealKeyAndFactor } from '../support/dealt-key.ts';
import { systemRandom } from '../support/simulation.ts';

const { shares, factor } = dealKeyAndFactor(4, 512);
const { publicKey } = shares[0] as KeyShare;
const { n } = publicKey;
const engine = bigintEngine();
const paillier = new Paillier(engine, publicKey);
const { modulus } = paillier;

function partials(ciphertexts: Batch, of: readonly KeyShare[] = shares): Promise<Batch[]> {
  return Promise.all(of.map((share) => paillier.partialDecryptions(ciphertexts, share)));
}

async function open(ciphertexts: Batch): Promise<(bigint | undefined)[]> {
  return paillier.combine(await partials(ciphertexts));
}

const plaintexts = [0n, 1n, 2n ** 300n, n - 1n];

describe.for(['short', 'full'] as const)('encryption with %s masks', (masking) => {
  const masks = maskSource(engine, publicKey, masking, systemRandom);

  it('is opened by all holders together', async () => {
    expect(await open(await paillier.encrypt(plaintexts, await masks))).toEqual(plaintexts);
  });

  it('never gives the same ciphertext twice', async () => {
    const ciphertexts = await paillier.encrypt(Array<bigint>(50).fill(7n), await masks);
    const again = await paillier.encrypt(Array<bigint>(50).fill(7n), await masks);
    expect(new Set([...toBigints(ciphertexts), ...toBigints(again)]).size).toBe(100);
  });

  it('changes the ciphertext but not the plaintext when masked again', async () => {
    const before = await paillier.encrypt(plaintexts, await masks);
    const after = await paillier.remask(before, await masks);
    const [old, fresh] = [toBigints(before), toBigints(after)];
    expect(fresh.filter((value) => old.includes(value))).toEqual([]);
    expect(await open(after)).toEqual(plaintexts);
  });

  it('takes as many masks as asked for, none among them', async () => {
    expect((await (await masks).next(0)).count).toBe(0);
    expect((await paillier.encrypt([], await masks)).count).toBe(0);
    const drawn = await (await masks).next(5);
    expect(drawn.count).toBe(5);
    expect(await open(drawn)).toEqual([0n, 0n, 0n, 0n, 0n]);
  });
});

describe('ciphertexts', () => {
  it('add and take integer weights under the encryption', async () => {
    const masks = await maskSource(engine, publicKey, 'short', systemRandom);
    const [a, b, c] = [12345n, 2n ** 200n, n - 5n];
    const encrypted = await paillier.encrypt([a, b, c], masks);
    const weighted = await modulus.multiPower(encrypted, {
      starts: Uint32Array.of(0, 3, 5),
      bases: Uint32Array.of(0, 1, 2, 1, 1),
      weights: fromBigints([3n, 2n ** 40n, 1n, 7n, 9n], 6),
    });
    expect(await open(weighted)).toEqual([(3n * a + (b << 40n) + c) % n, (16n * b) % n]);
    const sum = await modulus.multiply(encrypted, paillier.embed([1n, 2n, 6n]));
    expect(await open(sum)).toEqual([a + 1n, b + 2n, 1n]);
  });

  it('without a mask are what 1 + m·N says', async () => {
    expect(toBigints(paillier.embed([0n, 1n, n + 2n]))).toEqual([1n, 1n + n, 1n + 2n * n]);
    expect(await open(paillier.embed([5n]))).toEqual([5n]);
  });
});

describe('partial decryptions', () => {
  it('need every holder', async () => {
    const encrypted = paillier.embed([5n]);
    expect(await paillier.combine(await partials(encrypted, shares.slice(0, 3)))).not.toEqual([5n]);
    const masked = await paillier.remask(encrypted, await maskSource(engine, publicKey, 'short', systemRandom));
    expect(await paillier.combine(await partials(masked, shares.slice(0, 3)))).toEqual([undefined]);
  });

  it('that are wrong leave their plaintext out, and no other', async () => {
    const masks = await maskSource(engine, publicKey, 'short', systemRandom);
    const parts = await partials(await paillier.encrypt(plaintexts, masks));
    const wrong = toBigints(parts[2] as Batch).map((value, i) => (i === 1 ? (value * 2n) % (n * n) : value));
    parts[2] = fromBigints(wrong, modulus.width);
    expect(await paillier.combine(parts)).toEqual([plaintexts[0], undefined, plaintexts[2], plaintexts[3]]);
  });

  it('with a negative exponent are those of the inverse', async () => {
    const magnitude = new Uint8Array(20).fill(3);
    const [positive, negative] = [false, true].map((sign): KeyShare => ({
      publicKey,
      party: 1,
      secretExponent: new SecretExponent(magnitude, sign),
    })) as [KeyShare, KeyShare];
    const ciphertexts = await paillier.encrypt([1n, 2n], await maskSource(engine, publicKey, 'short', systemRandom));
    const parts = await partials(ciphertexts, [positive, negative]);
    expect(toBigints(await modulus.multiply(parts[0] as Batch, parts[1] as Batch))).toEqual([1n, 1n]);
  });

  it('do not show the exponent in JSON', () => {
    const secretExponent = new SecretExponent(Uint8Array.of(1, 2, 3), false);
    expect(JSON.stringify(secretExponent)).toBe('{"negative":false}');
  });
});

describe('a key', () => {
  it('whose θ shares a factor with N is refused', () => {
    const broken = { ...publicKey, theta: (publicKey.theta * factor) % n };
    expect(() => new Paillier(engine, broken)).toThrow(new ProtocolAbort('key-check-failed', { field: 'theta' }));
  });

  it('has a name that changes with all that is in it', () => {
    const changed: PublicKey[] = [
      publicKey,
      { ...publicKey, bits: 1024 },
      { ...publicKey, parties: 5 },
      { ...publicKey, n: n + 2n },
      { ...publicKey, theta: publicKey.theta + 1n },
      { ...publicKey, seed: publicKey.seed.map((byte, i) => (i === 0 ? byte ^ 1 : byte)) },
      { ...publicKey, verificationBase: publicKey.verificationBase + 1n },
      { ...publicKey, verificationValues: publicKey.verificationValues.slice(1) },
      { ...publicKey, verificationValues: publicKey.verificationValues.toReversed() },
    ];
    expect(new Set(changed.map((key) => toHex(keyId(key)))).size).toBe(changed.length);
    expect(keyId({ ...publicKey })).toEqual(keyId(publicKey));
  });
});

describe('short masks', () => {
  it('come from the same base for everybody who has the seed, and another for another seed', async () => {
    const ones = { bytes: (length: number) => new Uint8Array(length).fill(1) };
    const maskOf = async (key: PublicKey): Promise<string> =>
      toHex(bytesAt(await (await maskSource(engine, key, 'short', ones)).next(1), 0));
    expect(await maskOf(publicKey)).toBe(await maskOf({ ...publicKey, seed: new Uint8Array(publicKey.seed) }));
    expect(await maskOf(publicKey)).not.toBe(await maskOf({ ...publicKey, seed: new Uint8Array(32) }));
  });
});

describe('a stock of masks', () => {
  /** Counts up instead of drawing, so that a mask that is handed out twice shows. */
  const counting = () => {
    let drawn = 0;
    const source: MaskSource = {
      next: async (count) => {
        await Promise.resolve();
        return fromBigints(
          Array.from({ length: count }, () => BigInt(++drawn)),
          2,
        );
      },
    };
    return { stock: new MaskStock(source, 2), drawn: () => drawn };
  };

  it('hands each mask out once, prepared or not', async () => {
    const { stock, drawn } = counting();
    stock.prepare(5);
    stock.prepare(3);
    const taken = [await stock.next(2), await stock.next(0), await stock.next(4)];
    stock.prepare(2);
    taken.push(await stock.next(2));
    expect(taken.map(({ count }) => count)).toEqual([2, 0, 4, 2]);
    expect(new Set(taken.flatMap(toBigints)).size).toBe(8);
    expect(drawn()).toBe(8);
  });

  it('hands no mask to two who ask at the same time, nor loses any', async () => {
    const { stock, drawn } = counting();
    stock.prepare(5);
    const asked = [stock.next(3), stock.next(4)];
    stock.prepare(3);
    asked.push(stock.next(2), stock.next(1));
    const masks = (await Promise.all(asked)).flatMap(toBigints);
    expect(masks).toHaveLength(10);
    expect(new Set(masks).size).toBe(10);
    expect(drawn()).toBe(10);
  });

  it('tells whoever asks what went wrong when they were prepared', async () => {
    const stock = new MaskStock({ next: () => Promise.reject(new Error('no more')) }, 2);
    stock.prepare(1);
    await expect(stock.next(1)).rejects.toThrow('no more');
  });
});

describe('received residues', () => {
  const read = (values: readonly bigint[], count: number): Batch =>
    readResidues(new Reader(fromBigints(values, modulus.width).bytes), count, modulus, 'x');

  it('are at least 1 and below N²', () => {
    expect(toBigints(read([1n, n * n - 1n], 2))).toEqual([1n, n * n - 1n]);
    for (const value of [0n, n * n, n * n + 1n, (1n << BigInt(8 * modulus.width)) - 1n]) {
      expect(() => read([1n, value], 2), String(value)).toThrow(new MessageFault('out-of-range', 'x'));
    }
    expect(() => read([1n], 2)).toThrow(new MessageFault('wrong-length', 'x'));
  });

  it('are units, or who sent another is blamed', async () => {
    const good = fromBigints([1n, 2n], modulus.width);
    const bad = fromBigints([2n, factor, 3n], modulus.width);
    expect(gcd(factor, n)).toBe(factor);
    const origin = { from: 4, round: 'r', field: 'scores' };
    await expect(requireUnits(modulus, good, origin)).resolves.toBeUndefined();
    await expect(requireUnits(modulus, bad, origin)).rejects.toMatchObject({
      code: 'not-a-unit',
      blame: [4],
      round: 'r',
      field: 'scores',
    });
  });
});
