/** The thread of one ceremony. Its memory holds what could rebuild the factors of the key, and goes when it ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { runCeremony } from '../../core/ceremony/ceremony.ts';
import { Bug } from '../../core/errors.ts';
import { hostEngine } from '../compute/host-engine.ts';
import { networkOver } from '../compute/network-port.ts';
import { toPortError } from '../compute/port-errors.ts';
import { signerOver } from '../compute/signer-port.ts';
import { hostClock, hostRandom } from '../runtime.ts';
import type { CeremonyCommand, CeremonyEvent, CeremonyTask } from './worker-messages.ts';

const parent = parentPort;
if (!parent) throw new Bug('the ceremony runs in a worker thread');
const task = workerData as CeremonyTask;
const cancellation = new AbortController();
const tell = (event: CeremonyEvent): void => {
  parent.postMessage(event);
};

parent.on('message', (command: CeremonyCommand) => {
  cancellation.abort(command);
});

try {
  const { share, ...rest } = await runCeremony(networkOver(task.network), {
    parameters: task.parameters,
    roundMs: task.roundMs,
    signer: signerOver(task.signer),
    engine: hostEngine(),
    random: hostRandom,
    clock: hostClock,
    signal: cancellation.signal,
    onProgress: (progress) => {
      tell({ kind: 'progress', progress });
    },
  });
  const { publicKey, party, secretExponent } = share;
  const { negative } = secretExponent;
  tell({
    kind: 'result',
    result: { publicKey, party, secretMagnitude: secretExponent.exposeMagnitude(), negative, ...rest },
  });
} catch (error) {
  tell({ kind: 'failure', error: toPortError(error) });
}
