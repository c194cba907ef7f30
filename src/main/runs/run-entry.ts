/** The thread of one secure run. */
import { secureRun } from '../../core/run/secure-run.ts';
import { createBreather } from '../compute/breather.ts';
import { hostCurve } from '../compute/curve25519.ts';
import { pooledEngine } from '../compute/pool/pooled-engine.ts';
import { serveProtocol } from '../compute/protocol-thread.ts';
import { shareFromParts } from '../compute/share-parts.ts';
import { hostClock, hostRandom } from '../runtime.ts';
import type { RunTask } from './run-thread.ts';

await serveProtocol(async ({ share, engine: choice, threads, ...task }: RunTask, { link, ...surroundings }) => {
  const breathe = createBreather();
  const engine = await pooledEngine(threads, choice);
  try {
    return await secureRun(link, {
      ...task,
      ...surroundings,
      share: shareFromParts(share),
      engine,
      curve: hostCurve(breathe),
      breathe,
      random: hostRandom,
      clock: hostClock,
    });
  } finally {
    await engine.close();
  }
});
