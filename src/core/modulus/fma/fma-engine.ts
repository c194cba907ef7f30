import { bytesToBigint } from '../../bytes/integers.ts';
import { Bug } from '../../errors.ts';
import { bytesAt, type Batch } from '../batch.ts';
import type { Engine, Modulus } from '../modulus.ts';
import { FmaModulus } from './fma-modulus.ts';
import type { Kernels } from './kernels.ts';
import { oddSquareRoot } from './perfect-square.ts';
import { powerSecret } from './powers.ts';
import { RingConstants } from './residue-ring.ts';

export interface FmaEngineOptions {
  readonly kernels: Kernels;
  /** Called between elements, so that the thread can do other things from time to time. */
  readonly breathe?: () => Promise<void> | undefined;
}

/** A key uses N, N² and a field or two. */
const REMEMBERED_MODULI = 8;

/** WebAssembly arithmetic by fused multiply-add (docs/engine.md). To be used after it passed the self-test only. */
export function fmaEngine({ kernels, breathe = () => undefined }: FmaEngineOptions): Engine {
  const known = new Map<bigint, Modulus>();
  return {
    name: 'fma in WebAssembly',
    constantTime: true,
    modulus(value) {
      const remembered = known.get(value);
      if (remembered) return remembered;
      if (value < 3n || value % 2n === 0n) throw new Bug('a modulus must be odd and at least 3');
      const root = oddSquareRoot(value);
      const form = root === undefined ? 'plain' : 'squared';
      const kernel = kernels.for(form, root ?? value);
      const modulus = new FmaModulus(kernel, new RingConstants(form, root ?? value, kernel.limbs), breathe);
      const [oldest] = known.keys();
      if (known.size >= REMEMBERED_MODULI && oldest !== undefined) known.delete(oldest);
      known.set(value, modulus);
      return modulus;
    },
    async powerSecretEach(moduli, bases, exponents) {
      if (bases.count !== moduli.count || exponents.count !== moduli.count) throw new Bug('one base and exponent each');
      const { count, width } = moduli;
      const bytes = new Uint8Array(count * width);
      for (let i = 0; i < count; i++) {
        const value = bytesToBigint(bytesAt(moduli, i));
        const kernel = kernels.for('plain', value);
        await kernel.use(new RingConstants('plain', value, kernel.limbs), async (ring) => {
          const [base, result] = [ring.kernel.allocate(), ring.kernel.allocate()];
          ring.import(base, bytesAt(bases, i));
          powerSecret(ring, result, base, bytesAt(exponents, i));
          ring.export(result, bytes, i * width);
          await breathe();
        });
      }
      return { count, width, bytes } satisfies Batch;
    },
  };
}
