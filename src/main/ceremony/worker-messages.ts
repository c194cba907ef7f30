import type { MessagePort } from 'node:worker_threads';
import type { CeremonyParameters } from '../../core/ceremony/parameters.ts';
import type { CeremonyRecord } from '../../core/ceremony/record.ts';
import type { Progress } from '../../core/network/session.ts';
import type { PublicKey } from '../../core/paillier/key.ts';
import type { NetworkPort } from '../compute/network-port.ts';
import type { PortError } from '../compute/port-errors.ts';

/** What the thread of a ceremony starts with. */
export interface CeremonyTask {
  readonly parameters: CeremonyParameters;
  readonly roundMs: number;
  readonly network: NetworkPort;
  readonly signer: MessagePort;
}

/** To the thread. There is nothing else to say. */
export type CeremonyCommand = 'cancel';

/** From the thread. After a result or a failure nothing follows. */
export type CeremonyEvent =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'result'; readonly result: CeremonyOutcome }
  | { readonly kind: 'failure'; readonly error: PortError };

/** All that survives the thread. */
export interface CeremonyOutcome {
  readonly publicKey: PublicKey;
  readonly party: number;
  /** |d_i| and its sign; to be sealed at once. */
  readonly secretMagnitude: Uint8Array;
  readonly negative: boolean;
  readonly record: CeremonyRecord;
  readonly candidates: number;
  readonly durations: ReadonlyMap<string, number>;
}
