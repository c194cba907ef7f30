import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { largestOpenedValue, precisionFor, type Precision } from '../../src/core/fixed-point/precision.ts';
import { bigintEngine } from '../../src/core/modulus/bigint-engine.ts';
import { Paillier } from '../../src/core/paillier/paillier.ts';
import { maskSource } from '../../src/core/paillier/masks.ts';
import { pack, packetCount, unpack } from '../../src/core/run/packing.ts';
import { dealKey } from '../support/dealt-key.ts';
import { systemRandom } from '../support/simulation.ts';

const KEY_BITS = 512;
const shares = dealKey(3, KEY_BITS);
const { publicKey } = shares[0] as (typeof shares)[number];
const engine = bigintEngine();
const paillier = new Paillier(engine, publicKey);

const precision = fc
  .record({ precisionBits: fc.integer({ min: 8, max: 16 }), iterations: fc.integer({ min: 0, max: 5 }) })
  .map(({ precisionBits, iterations }) => precisionFor(precisionBits, iterations, 4, KEY_BITS));

/** Values as an honest run opens them, the largest and the smallest more often. */
const withValues = precision.chain((fits) => {
  const largest = largestOpenedValue(fits);
  const value = fc.oneof(fc.bigInt(0n, largest), fc.constantFrom(0n, 1n, largest));
  return fc.array(value, { maxLength: 12 }).map((values) => ({ fits, values }));
});

/** What a packet of these values holds, the last one lowest. */
function packedInTheClear(values: readonly bigint[], { slotBits, slotsPerPacket }: Precision): bigint[] {
  const packets = Math.ceil(values.length / slotsPerPacket);
  const padded = [...Array<bigint>(packets * slotsPerPacket - values.length).fill(0n), ...values];
  return Array.from({ length: packets }, (_, packet) =>
    padded
      .slice(packet * slotsPerPacket, (packet + 1) * slotsPerPacket)
      .reduce((packed, value) => (packed << BigInt(slotBits)) + value, 0n),
  );
}

async function open(ciphertexts: Awaited<ReturnType<typeof pack>>): Promise<(bigint | undefined)[]> {
  const parts = [];
  for (const share of shares) parts.push(await paillier.partialDecryptions(ciphertexts, share));
  return paillier.combine(parts);
}

describe('packing', () => {
  test('puts ciphertexts side by side, and unpacking finds them again', async () => {
    const masks = await maskSource(engine, publicKey, 'short', systemRandom);
    await fc.assert(
      fc.asyncProperty(withValues, async ({ fits, values }) => {
        const packets = await pack(await paillier.encrypt(values, masks), fits, paillier.modulus);
        expect(packets.count).toBe(packetCount(values.length, fits));
        const opened = (await open(packets)) as bigint[];
        expect(opened).toEqual(packedInTheClear(values, fits));
        expect(opened.every((plaintext) => plaintext < 1n << BigInt(KEY_BITS - 64))).toBe(true);
        expect(unpack(opened, values.length, fits)).toEqual(values);
      }),
      { numRuns: 25 },
    );
  });
});

describe('unpacking', () => {
  const nonEmpty = withValues.filter(({ values }) => values.length > 0);

  test('notices bits above the last slot', () => {
    fc.assert(
      fc.property(nonEmpty, fc.nat(40), ({ fits, values }, above) => {
        const bit = 1n << BigInt(fits.slotBits * fits.slotsPerPacket + above);
        const packed = packedInTheClear(values, fits);
        expect(unpack([(packed[0] as bigint) + bit, ...packed.slice(1)], values.length, fits)).toBeUndefined();
      }),
    );
  });

  test('notices a value that no honest run yields, in any slot', () => {
    fc.assert(
      fc.property(nonEmpty, fc.nat(), ({ fits, values }, at) => {
        const wrong = values.map((value, i) => (i === at % values.length ? largestOpenedValue(fits) + 1n : value));
        expect(unpack(packedInTheClear(wrong, fits), values.length, fits)).toBeUndefined();
      }),
    );
  });

  test('notices something where the padding should be', () => {
    fc.assert(
      fc.property(nonEmpty, ({ fits, values }) => {
        fc.pre(values.length % fits.slotsPerPacket !== 0);
        const [first, ...others] = packedInTheClear(values, fits) as [bigint, ...bigint[]];
        const inFirstSlot = 1n << BigInt(fits.slotBits * (fits.slotsPerPacket - 1));
        expect(unpack([first + inFirstSlot, ...others], values.length, fits)).toBeUndefined();
      }),
    );
  });

  test('notices a random plaintext', () => {
    fc.assert(
      fc.property(precision, fc.bigInt(1n << BigInt(KEY_BITS - 57), publicKey.n - 1n), (fits, plaintext) => {
        expect(unpack([plaintext], fits.slotsPerPacket, fits)).toBeUndefined();
      }),
    );
  });
});
