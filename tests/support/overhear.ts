import { setImmediate } from 'node:timers/promises';
import type { Simulation } from './simulation.ts';

/** What all other banks send to the last one in a round, before that one says anything: by party. */
export async function overhear(simulation: Simulation, round: RegExp): Promise<Uint8Array[]> {
  const last = simulation.size;
  for (;;) {
    const found = Array.from({ length: last - 1 }, (_, i) =>
      simulation.sent.find((message) => message.from === i + 1 && message.to === last && round.test(message.round)),
    );
    if (found.every((message) => message !== undefined)) return found.map(({ body }) => body);
    await setImmediate();
  }
}
