/** The thread of one ceremony. Its memory holds what could rebuild the factors of the key, and goes when it ends. */
import { runCeremony } from '../../core/ceremony/ceremony.ts';
import { ceremonySessionId } from '../../core/ceremony/parameters.ts';
import { chooseEngine } from '../compute/engine-choice.ts';
import { serveProtocol } from '../compute/protocol-thread.ts';
import { partsOfShare } from '../compute/share-parts.ts';
import { hostClock, hostRandom } from '../runtime.ts';
import type { CeremonyOutcome, CeremonyTask } from './ceremony-thread.ts';

await serveProtocol(
  async (
    { parameters, roundMs, engine: choice }: CeremonyTask,
    { link, signer, signal, onProgress },
  ): Promise<CeremonyOutcome> => {
    const { engine } = await chooseEngine(choice);
    const network = link.open(ceremonySessionId(parameters));
    const options = { parameters, roundMs, signer, signal, onProgress };
    const result = await runCeremony(network, { ...options, engine, random: hostRandom, clock: hostClock });
    return { ...result, share: partsOfShare(result.share) };
  },
);
