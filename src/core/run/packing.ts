import { largestOpenedValue, type Precision } from '../fixed-point/precision.ts';
import { bytesAt, fromBigints, type Batch } from '../modulus/batch.ts';
import type { Modulus } from '../modulus/modulus.ts';

/** How many packets hold `count` values. */
export function packetCount(count: number, precision: Precision): number {
  return Math.ceil(count / precision.slotsPerPacket);
}

/**
 * As many ciphertexts as fit into one plaintext: acc ← acc^{2^slot}·c (protocol.md 4.3). The last value of a packet has the
 * lowest slot. A packet that is not full is filled up with zeros in front.
 */
export async function pack(ciphertexts: Batch, precision: Precision, modulus: Modulus): Promise<Batch> {
  const { slotBits, slotsPerPacket } = precision;
  const packets = packetCount(ciphertexts.count, precision);
  const missing = packets * slotsPerPacket - ciphertexts.count;
  const inSlot = (slot: number): Batch => {
    const column = fromBigints(Array<bigint>(packets).fill(1n), modulus.width);
    for (let packet = 0; packet < packets; packet++) {
      const index = packet * slotsPerPacket + slot - missing;
      if (index >= 0) column.bytes.set(bytesAt(ciphertexts, index), packet * modulus.width);
    }
    return column;
  };
  let packed = inSlot(0);
  for (let slot = 1; slot < slotsPerPacket; slot++) {
    packed = await modulus.multiply(await modulus.power(packed, 1n << BigInt(slotBits)), inSlot(slot));
  }
  return packed;
}

/**
 * The values of opened packets, `count` in all.
 * @returns undefined when a packet has bits above its last slot or a value that no honest run yields
 */
export function unpack(plaintexts: readonly bigint[], count: number, precision: Precision): bigint[] | undefined {
  const { slotBits, slotsPerPacket } = precision;
  const limit = largestOpenedValue(precision);
  const values = plaintexts.flatMap((plaintext) =>
    Array.from({ length: slotsPerPacket }, (_, slot) =>
      BigInt.asUintN(slotBits, plaintext >> BigInt(slotBits * (slotsPerPacket - 1 - slot))),
    ),
  );
  const padding = values.splice(0, values.length - count);
  const overflow = plaintexts.some((plaintext) => plaintext >> BigInt(slotBits * slotsPerPacket) !== 0n);
  if (overflow || padding.some((value) => value !== 0n) || values.some((value) => value > limit)) return undefined;
  return values;
}
