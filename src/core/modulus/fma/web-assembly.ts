/**
 * What the engine needs of a runtime's `WebAssembly` object, which is no part of the language. Passed in, as the core
 * knows no runtime.
 */
export interface WebAssemblyHost {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: never) => { readonly exports: object };
}

export interface WebAssemblyMemory {
  /** Replaced by another object when the memory grows. */
  readonly buffer: ArrayBuffer;
  /** @param pages to add, of 64 KiB */
  grow(pages: number): number;
}

export const PAGE_BYTES = 65_536;
