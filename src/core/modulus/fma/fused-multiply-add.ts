import { f64x2, i32, v128 } from './wasm/instructions.ts';
import { ModuleBuilder } from './wasm/module.ts';
import type { WebAssemblyHost, WebAssemblyMemory } from './web-assembly.ts';

interface Probe {
  readonly memory: WebAssemblyMemory;
  /** Vector 3 ← vector 0 · vector 1 + vector 2. */
  readonly madd: () => void;
}

const VECTOR_BYTES = 16;

/** a·b + c that come out as 0, or even, when the product is rounded before the addition. */
const CASES: readonly (readonly [a: number, b: number, c: number, exact: number])[] = [
  [1 + 2 ** -30, 1 + 2 ** -30, -1 - 2 ** -29, 2 ** -60],
  [2 ** 51 - 1, 2 ** 51 - 1, -(2 ** 102) + 2 ** 52, 1],
  [2 ** 50 + 1, 2 ** 51 - 1, -(2 ** 101) - 2 ** 50, -1],
];

/** Whether relaxed_madd rounds once on this machine, as it may but need not. Throws when the runtime does not know it. */
export function maddIsFused(host: WebAssemblyHost): boolean {
  const builder = new ModuleBuilder();
  builder.function('madd', 0, (f) => {
    const at = i32.const(0);
    const operand = (index: number) => v128.load(at, index * VECTOR_BYTES);
    f.emit(v128.store(at, f64x2.relaxed_madd(operand(0), operand(1), operand(2)), 3 * VECTOR_BYTES));
  });
  const { memory, madd } = new host.Instance(new host.Module(builder.bytes(1)) as never).exports as Probe;
  const lanes = new Float64Array(memory.buffer);
  return CASES.every(([a, b, c, exact]) => {
    lanes.set([a, a, b, b, c, c]);
    madd();
    return lanes[6] === exact && lanes[7] === exact;
  });
}
