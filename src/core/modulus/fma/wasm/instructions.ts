import { double, lanes, signed, unsigned, type Bytes, type Code } from './encoding.ts';

/**
 * WebAssembly instructions as typed expressions: each function takes expressions and yields the one that computes its
 * result. Opcodes are those of the core specification, section 5.4, and of the relaxed SIMD proposal.
 */
export type ValueType = 'i32' | 'i64' | 'f64' | 'v128';

export interface Expression<T extends ValueType> {
  readonly type: T;
  readonly code: Code;
}

/** Code that leaves nothing on the stack. */
export interface Statement {
  readonly code: Code;
}

export type I32 = Expression<'i32'>;
export type I64 = Expression<'i64'>;
export type F64 = Expression<'f64'>;
export type V128 = Expression<'v128'>;

type Operand = Expression<ValueType>;

function instruction<T extends ValueType>(type: T, operands: readonly Operand[], opcode: Bytes): Expression<T> {
  return { type, code: [...operands.map(({ code }) => code), opcode] };
}

const simd = (opcode: number): Bytes => [0xfd, ...unsigned(opcode)];
/** Alignment hint (a power of two) and constant offset of a memory access. */
const memory = (alignment: number, offset: number): Bytes => [alignment, ...unsigned(offset)];

const asI32 = (value: I32 | number): I32 => (typeof value === 'number' ? i32.const(value) : value);
const asI64 = (value: I64 | bigint): I64 => (typeof value === 'bigint' ? i64.const(value) : value);
const asF64 = (value: F64 | number): F64 => (typeof value === 'number' ? f64.const(value) : value);

const onI32 = (opcode: number) => (a: I32, b: I32 | number) => instruction('i32', [a, asI32(b)], [opcode]);
const onI64 = (opcode: number) => (a: I64, b: I64 | bigint) => instruction('i64', [a, asI64(b)], [opcode]);
const onF64 = (opcode: number) => (a: F64, b: F64 | number) => instruction('f64', [a, asF64(b)], [opcode]);
const onV128 = (opcode: number) => (a: V128, b: V128) => instruction('v128', [a, b], simd(opcode));

export const i32 = {
  const: (value: number) => instruction('i32', [], [0x41, ...signed(BigInt.asIntN(32, BigInt(value)))]),
  add: onI32(0x6a),
  sub: onI32(0x6b),
  shl: onI32(0x74),
  shr_u: onI32(0x76),
  eq: onI32(0x46),
  lt_u: onI32(0x49),
};

export const i64 = {
  const: (value: bigint) => instruction('i64', [], [0x42, ...signed(BigInt.asIntN(64, value))]),
  add: onI64(0x7c),
  sub: onI64(0x7d),
  mul: onI64(0x7e),
  and: onI64(0x83),
  or: onI64(0x84),
  shl: onI64(0x86),
  shr_s: onI64(0x87),
  shr_u: onI64(0x88),
  extend_i32_u: (a: I32) => instruction('i64', [a], [0xad]),
  reinterpret_f64: (a: F64) => instruction('i64', [a], [0xbd]),
  load: (address: I32, offset = 0) => instruction('i64', [address], [0x29, ...memory(0, offset)]),
  store: (address: I32, value: I64, offset = 0): Statement => ({
    code: [address.code, value.code, 0x37, memory(0, offset)],
  }),
};

export const f64 = {
  const: (value: number) => instruction('f64', [], [0x44, ...double(value)]),
  add: onF64(0xa0),
  sub: onF64(0xa1),
  reinterpret_i64: (a: I64) => instruction('f64', [a], [0xbf]),
  load: (address: I32, offset = 0) => instruction('f64', [address], [0x2b, ...memory(3, offset)]),
  store: (address: I32, value: F64, offset = 0): Statement => ({
    code: [address.code, value.code, 0x39, memory(3, offset)],
  }),
};

export const v128 = {
  const: (low: bigint, high: bigint) => instruction('v128', [], [...simd(0x0c), ...lanes(low, high)]),
  load: (address: I32, offset = 0) => instruction('v128', [address], [...simd(0x00), ...memory(3, offset)]),
  load64_splat: (address: I32, offset = 0) => instruction('v128', [address], [...simd(0x0a), ...memory(3, offset)]),
  store: (address: I32, value: V128, offset = 0): Statement => ({
    code: [address.code, value.code, simd(0x0b), memory(3, offset)],
  }),
  and: onV128(0x4e),
  or: onV128(0x50),
};

export const f64x2 = {
  splat: (a: F64) => instruction('v128', [a], simd(0x14)),
  extract_lane: (a: V128, lane: number) => instruction('f64', [a], [...simd(0x21), lane]),
  add: onV128(0xf0),
  sub: onV128(0xf1),
  /** a·b + c; whether rounded once or twice is up to the machine (fused-multiply-add.ts finds out). */
  relaxed_madd: (a: V128, b: V128, c: V128) => instruction('v128', [a, b, c], simd(0x107)),
};

export const i64x2 = {
  splat: (a: I64) => instruction('v128', [a], simd(0x12)),
  extract_lane: (a: V128, lane: number) => instruction('i64', [a], [...simd(0x1d), lane]),
  add: onV128(0xce),
};
