import type { Clock, Random } from '../../core/environment.ts';
import type { LinkLimits } from './limits.ts';

export interface BackoffOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: Pick<LinkLimits, 'reconnectMs' | 'maxReconnectMs'>;
}

/** Pauses before attempts: doubling, half of each fixed and half random, so that banks do not dial in step. */
export class Backoff {
  readonly #options: BackoffOptions;
  #attempts = 0;
  #cancelTimer: () => void = () => undefined;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  wait(attempt: () => void): void {
    this.cancel();
    this.#cancelTimer = this.#options.clock.after(this.#nextPauseMs(), attempt);
  }

  cancel(): void {
    this.#cancelTimer();
  }

  /** An attempt succeeded. */
  reset(): void {
    this.#attempts = 0;
  }

  #nextPauseMs(): number {
    const { random, limits } = this.#options;
    const pauseMs = Math.min(limits.maxReconnectMs, limits.reconnectMs * 2 ** this.#attempts);
    this.#attempts += 1;
    const [low = 0, high = 0] = random.bytes(2);
    return pauseMs * (0.5 + (0.5 * (low + 256 * high)) / 65536);
  }
}
