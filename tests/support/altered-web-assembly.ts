import type { WebAssemblyHost } from '../../src/core/modulus/fma/web-assembly.ts';

type Exports = Readonly<Record<string, unknown>>;

/** WebAssembly whose instances export what `alter` makes of their exports. */
export function alteredWebAssembly(alter: (exports: Exports) => object): WebAssemblyHost {
  return {
    Module: WebAssembly.Module,
    Instance: class {
      readonly exports: object;

      constructor(module: WebAssembly.Module) {
        this.exports = alter(new WebAssembly.Instance(module).exports);
      }
    },
  };
}

export type ExportedFunction = (...operands: readonly number[]) => void;

/** The same with one function replaced, where there is one of that name. */
export function withFunction(
  name: string,
  replacement: (original: ExportedFunction, exports: Exports) => ExportedFunction,
): WebAssemblyHost {
  return alteredWebAssembly((exports) =>
    name in exports ? { ...exports, [name]: replacement(exports[name] as ExportedFunction, exports) } : exports,
  );
}
