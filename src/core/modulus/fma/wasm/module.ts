import { append, name, sized, unsigned, vector, type Code } from './encoding.ts';
import { type Expression, type I32, type Statement, type ValueType } from './instructions.ts';

const TYPE_CODES = { i32: 0x7f, i64: 0x7e, f64: 0x7c, v128: 0x7b } as const;
const SECTIONS = { type: 1, function: 3, memory: 5, export: 7, code: 10 } as const;
const BLOCK_WITHOUT_RESULT = 0x40;
const END = 0x0b;
const HEADER = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** A variable of a function; as an expression, its value. */
export interface Local<T extends ValueType> extends Expression<T> {
  readonly index: number;
}

/** Collects the body of a function of i32 parameters and no result. */
export class FunctionBuilder {
  readonly parameters: readonly Local<'i32'>[];
  readonly #locals: ValueType[] = [];
  readonly #code: number[] = [];

  constructor(parameterCount: number) {
    this.parameters = Array.from({ length: parameterCount }, (_, index) => variable('i32', index));
  }

  parameter(index: number): Local<'i32'> {
    return this.parameters[index] as Local<'i32'>;
  }

  local<T extends ValueType>(type: T): Local<T> {
    this.#locals.push(type);
    return variable(type, this.parameters.length + this.#locals.length - 1);
  }

  locals<T extends ValueType>(type: T, count: number): Local<T>[] {
    return Array.from({ length: count }, () => this.local(type));
  }

  emit(statement: Statement): void {
    append(statement.code, this.#code);
  }

  set<T extends ValueType>(local: Local<T>, value: Expression<T>): void {
    this.emit({ code: [value.code, 0x21, unsigned(local.index)] });
  }

  /** Repeats `body` as long as the condition that it returns is not 0; at least once. */
  doWhile(body: () => I32): void {
    this.emit({ code: [0x03, BLOCK_WITHOUT_RESULT] });
    this.emit({ code: [body().code, 0x0d, 0, END] });
  }

  if(condition: I32, body: () => void): void {
    this.emit({ code: [condition.code, 0x04, BLOCK_WITHOUT_RESULT] });
    body();
    this.emit({ code: [END] });
  }

  call(functionIndex: number, ...operands: readonly I32[]): void {
    this.emit({ code: [...operands.map(({ code }) => code), 0x10, unsigned(functionIndex)] });
  }

  body(): Code {
    const locals = this.#locals.map((type) => [1, TYPE_CODES[type]]);
    return sized([vector(locals), this.#code, END]);
  }

  type(): Code {
    return [0x60, vector(this.parameters.map(({ type }) => [TYPE_CODES[type]])), vector([])];
  }
}

function variable<T extends ValueType>(type: T, index: number): Local<T> {
  return { type, index, code: [0x20, ...unsigned(index)] };
}

/** A module that exports its functions and one memory, named `memory`. */
export class ModuleBuilder {
  readonly #functions: { readonly name: string; readonly builder: FunctionBuilder }[] = [];

  /** @returns the index to call the function by */
  function(exportName: string, parameterCount: number, define: (f: FunctionBuilder) => void): number {
    const builder = new FunctionBuilder(parameterCount);
    define(builder);
    this.#functions.push({ name: exportName, builder });
    return this.#functions.length - 1;
  }

  /** @param pages initial memory, in units of 64 KiB */
  bytes(pages: number): Uint8Array<ArrayBuffer> {
    const builders = this.#functions.map(({ builder }) => builder);
    const memoryExport = [name('memory'), 2, 0];
    const functionExports = this.#functions.map((each, index) => [name(each.name), 0, unsigned(index)]);
    const code = [
      HEADER,
      section('type', vector(builders.map((builder) => builder.type()))),
      section('function', vector(builders.map((_, index) => unsigned(index)))),
      section('memory', vector([[0, unsigned(pages)]])),
      section('export', vector([memoryExport, ...functionExports])),
      section('code', vector(builders.map((builder) => builder.body()))),
    ];
    const bytes: number[] = [];
    append(code, bytes);
    return Uint8Array.from(bytes);
  }
}

function section(kind: keyof typeof SECTIONS, content: Code): Code {
  return [SECTIONS[kind], sized(content)];
}
