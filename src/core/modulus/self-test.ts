import { bitLength } from '../bytes/integers.ts';
import { expandBelow } from '../bytes/hash.ts';
import { powerMod } from '../numbers/primes.ts';
import { fromBigints, toBigints } from './batch.ts';
import type { Kernels } from './fma/kernels.ts';
import { halvesOf, LIMB_BITS, LIMB_MASK, readLimbs, writeLimbs, type Form } from './fma/limbs.ts';
import { RingConstants, type ResidueRing } from './fma/residue-ring.ts';
import type { Engine } from './modulus.ts';

const ROOT_BITS = 2048;
const PAIRS = 25;
const OPERAND_KINDS = 7;
const EXPONENT_BITS = 80;
/** V8 replaces its first code after some hundred calls, in another thread. */
const WARM_UP_ROUNDS = 20;
const CALLS_PER_ROUND = 100;

/** An odd number of exactly {@link ROOT_BITS} bits. */
function testRoot(): bigint {
  const half = 1n << BigInt(ROOT_BITS - 2);
  return 2n * (half + expandBelow(half, 'self-test root')) + 1n;
}

/**
 * Computes what is known: multiplications and squares in both forms, all-ones and 2^50 limbs included, and one power.
 * @returns what went wrong, or undefined
 */
export async function selfTest(kernels: Kernels, engine: Engine): Promise<string | undefined> {
  const root = testRoot();
  for (const form of ['plain', 'squared'] as const) {
    const wrong = await onRing(kernels, form, root, (ring, constants) =>
      Promise.resolve(wrongProducts(ring, constants)),
    );
    if (wrong > 0) return `${String(wrong)} wrong products in ${form} form`;
  }
  const modulus = engine.modulus(root * root);
  const base = expandBelow(modulus.value, 'self-test base');
  const exponent = expandBelow(1n << BigInt(EXPONENT_BITS), 'self-test exponent');
  const bases = fromBigints([base], modulus.width);
  const [power] = toBigints(await modulus.powerSecret(bases, fromBigints([exponent], EXPONENT_BITS / 8)));
  return power === powerMod(base, exponent, modulus.value) ? undefined : 'a wrong power';
}

/** Uses the kernels until the runtime has optimised them, with pauses in which the new code can take over. */
export async function warmUp(kernels: Kernels, pause: () => Promise<void>): Promise<void> {
  const root = testRoot();
  for (const form of ['plain', 'squared'] as const) {
    await onRing(kernels, form, root, async ({ kernel, one }) => {
      const number = kernel.allocate();
      kernel.copy(number, one);
      for (let round = 0; round < WARM_UP_ROUNDS; round++) {
        for (let i = 0; i < CALLS_PER_ROUND; i++) kernel.call.multiply(number, number, one);
        for (let i = 0; i < CALLS_PER_ROUND; i++) kernel.call.square(number, number);
        await pause();
      }
    });
  }
}

function onRing<T>(
  kernels: Kernels,
  form: Form,
  root: bigint,
  operation: (ring: ResidueRing, constants: RingConstants) => Promise<T>,
): Promise<T> {
  const kernel = kernels.for(form, root);
  const constants = new RingConstants(form, root, kernel.limbs);
  return kernel.use(constants, (ring) => operation(ring, constants));
}

function wrongProducts({ kernel }: ResidueRing, { form, n, value }: RingConstants): number {
  const { limbs, halfBytes } = kernel.layout;
  const r = 1n << BigInt(LIMB_BITS * limbs);
  const [a, b, result] = [kernel.allocate(), kernel.allocate(), kernel.allocate()];
  const halves = Array.from({ length: halvesOf(form) }, (_, half) => half);
  const write = (address: number, half: number, index: number): bigint => {
    const x = operand(index, half, n);
    writeLimbs(x, kernel.limbs(address + half * halfBytes));
    return x;
  };
  const number = (parts: readonly bigint[]): bigint => (parts[0] as bigint) + (parts[1] ?? 0n) * n;
  const isResult = (product: bigint): boolean => {
    const found = number(halves.map((half) => readLimbs(kernel.limbs(result + half * halfBytes))));
    return (found * r - product) % value === 0n;
  };
  let wrong = 0;
  for (let pair = 0; pair < PAIRS; pair++) {
    const x = number(halves.map((half) => write(a, half, pair)));
    const y = number(halves.map((half) => write(b, half, pair + half + 1)));
    kernel.call.multiply(result, a, b);
    if (!isResult(x * y)) wrong++;
    kernel.call.square(result, a);
    if (!isResult(x * x)) wrong++;
  }
  return wrong;
}

/** All limbs ones, or all 2^50, or all next to them, or 0, n − 1 or any number. */
function operand(index: number, half: number, n: bigint): bigint {
  const everyLimb = [LIMB_MASK, 1n << 50n, (1n << 50n) - 1n, (1n << 50n) + 1n][index % OPERAND_KINDS];
  if (everyLimb !== undefined) {
    const count = Math.floor(bitLength(n) / LIMB_BITS);
    return Array.from({ length: count }).reduce((sum: bigint) => (sum << BigInt(LIMB_BITS)) | everyLimb, 0n);
  }
  if (index % OPERAND_KINDS === 4) return half === 0 ? 0n : n - 1n;
  if (index % OPERAND_KINDS === 5) return n - 1n;
  return expandBelow(n, 'self-test operand', index, half);
}
