import type { Network } from '../../src/core/network/network.ts';

/** What a party sends instead: another body, or nothing. */
export type Tampering = (
  to: number,
  round: string,
  body: Uint8Array,
) => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/** A party that follows the protocol except for what it sends. */
export function tamper(network: Network, tampering: Tampering): Network {
  return {
    self: network.self,
    size: network.size,
    send: async (to, round, body) => {
      const changed = await tampering(to, round, body);
      if (changed !== undefined) await network.send(to, round, changed);
    },
    receive: (from, round) => network.receive(from, round),
    close: () => {
      network.close();
    },
  };
}

/** `body` with one bit of the byte at `fraction` of its length flipped. */
export function flipBit(body: Uint8Array, fraction = 0): Uint8Array {
  const changed = new Uint8Array(body);
  const at = Math.min(Math.floor(fraction * body.length), body.length - 1);
  if (at >= 0) changed[at] = (changed[at] as number) ^ 1;
  return changed;
}
