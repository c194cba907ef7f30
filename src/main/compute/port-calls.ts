import type { MessagePort } from 'node:worker_threads';
import { LinkError } from '../../core/errors.ts';
import { fromPortError, toPortError, type PortError } from './port-errors.ts';

interface Request {
  readonly id: number;
  readonly name: string;
  readonly parameters: readonly unknown[];
}

type Answer = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: PortError };

/** By name: functions whose parameters and results survive a structured clone. */
export type Calls = Readonly<Record<string, (...parameters: never[]) => Promise<unknown>>>;

/** Answers the calls that come in at `port` until it closes. */
export function serveCalls(port: MessagePort, calls: Calls): void {
  port.on('message', ({ id, name, parameters }: Request) => {
    answer(calls[name], parameters).then(
      (value) => {
        port.postMessage({ id, value } satisfies Answer);
      },
      (error: unknown) => {
        port.postMessage({ id, error: toPortError(error) } satisfies Answer);
      },
    );
  });
}

async function answer(call: Calls[string] | undefined, parameters: readonly unknown[]): Promise<unknown> {
  if (!call) throw new Error('no such call');
  return call(...(parameters as never[]));
}

/** Calls functions in the thread at the other end of `port`. When that ends, what is pending rejects with {@link LinkError}. */
export class PortCaller {
  readonly #port: MessagePort;
  readonly #pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #nextId = 0;
  #closed = false;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', (answer: Answer) => {
      const waiting = this.#pending.get(answer.id);
      this.#pending.delete(answer.id);
      if ('error' in answer) waiting?.reject(fromPortError(answer.error));
      else waiting?.resolve(answer.value);
    });
    port.on('close', () => {
      this.#closed = true;
      for (const { reject } of this.#pending.values()) reject(new LinkError('done'));
      this.#pending.clear();
    });
  }

  call<T>(name: string, ...parameters: readonly unknown[]): Promise<T> {
    if (this.#closed) return Promise.reject(new LinkError('done'));
    const id = this.#nextId++;
    return new Promise<T>((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#port.postMessage({ id, name, parameters } satisfies Request);
    });
  }

  close(): void {
    this.#port.close();
  }
}
