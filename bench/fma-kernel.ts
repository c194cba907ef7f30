import type { Kernel } from '../src/core/modulus/fma/kernel.ts';
import { Kernels } from '../src/core/modulus/fma/kernels.ts';
import { oddSquareRoot } from '../src/core/modulus/fma/perfect-square.ts';
import { RingConstants } from '../src/core/modulus/fma/residue-ring.ts';
import { randomBelow } from '../src/core/numbers/random.ts';
import { hostRandom } from '../src/main/runtime.ts';

/** Repeats one operation of a kernel on numbers at two addresses; the result goes to the first. */
export type Chain = (call: Kernel['call'], first: number, second: number) => void;

/** What is to be timed: `chain` by the WebAssembly kernel alone, without conversions, as the engine calls it. */
export function fmaChain(value: bigint, chain: Chain): () => Promise<void> {
  const root = oddSquareRoot(value);
  const form = root === undefined ? 'plain' : 'squared';
  const kernel = new Kernels(WebAssembly).for(form, root ?? value);
  const constants = new RingConstants(form, root ?? value, kernel.limbs);
  const operands = [randomBelow(hostRandom, value), randomBelow(hostRandom, value)];
  return () =>
    kernel.use(constants, (ring) => {
      const [first = 0, second = 0] = operands.map((operand) => {
        const address = ring.kernel.allocate();
        ring.write(address, operand);
        return address;
      });
      chain(ring.kernel.call, first, second);
      return Promise.resolve();
    });
}
