import { randomBytes } from 'node:crypto';
import type { Clock, Random } from '../core/environment.ts';

const LONGEST_TIMER_MS = 2 ** 31 - 1; // node fires longer ones at once

/** The process's monotonic clock and timers. */
export const hostClock: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, LONGEST_TIMER_MS));
    return () => {
      clearTimeout(timer);
    };
  },
};

/** The operating system's generator, by way of OpenSSL. */
export const hostRandom: Random = {
  bytes: (length) => new Uint8Array(randomBytes(length)),
};

/** Milliseconds since 1970, in which the validity of certificates is measured. Unlike a {@link Clock} it may be set back. */
export type CalendarTime = () => number;

export const hostCalendarTime: CalendarTime = () => Date.now();
