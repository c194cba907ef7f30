import { performance } from 'node:perf_hooks';
import { spreadOf, type Spread } from './statistics.ts';

/** One thing to be timed. */
export interface Subject {
  readonly name: string;
  /** Operations that one call does: times are per operation. */
  readonly operations: number;
  readonly call: () => unknown;
}

/**
 * Times all subjects in turn, again and again, so that whatever else the machine does hits all of them alike and their
 * ratios stay right. The first round warms up and does not count.
 * @returns milliseconds per operation, by name
 */
export async function timeInTurn(subjects: readonly Subject[], rounds: number): Promise<Map<string, Spread>> {
  const times = new Map(subjects.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const { name, operations, call } of subjects) {
      const start = performance.now();
      await call();
      if (round > 0) times.get(name)?.push((performance.now() - start) / operations);
    }
  }
  return new Map([...times].map(([name, values]) => [name, spreadOf(values)]));
}
