import { setImmediate } from 'node:timers/promises';

/** How long a computation may hold its thread before messages and timers get a turn. */
const LONGEST_BREATH_MS = 15;

/** To be called between small pieces of a long computation; gives way to the event loop from time to time. */
export function createBreather(): () => Promise<void> | undefined {
  let lastBreath = performance.now();
  return () => {
    if (performance.now() - lastBreath < LONGEST_BREATH_MS) return undefined;
    return setImmediate().then(() => {
      lastBreath = performance.now();
    });
  };
}
