import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { bytesToBigint } from '../../src/core/bytes/integers.ts';
import { fixedDigit, slidingDigits } from '../../src/core/modulus/fma/digits.ts';
import { kernelModule } from '../../src/core/modulus/fma/kernel.ts';
import { layoutOf } from '../../src/core/modulus/fma/layout.ts';
import { limbCount, negatedInverse, readLimbs, writeLimbs } from '../../src/core/modulus/fma/limbs.ts';
import { bestWindow } from '../../src/core/modulus/fma/multi-power.ts';
import { oddSquareRoot } from '../../src/core/modulus/fma/perfect-square.ts';
import { signed, unsigned } from '../../src/core/modulus/fma/wasm/encoding.ts';
import { Bug } from '../../src/core/errors.ts';

const exponent = fc.uint8Array({ maxLength: 40 });
const window = fc.integer({ min: 1, max: 6 });

describe('the digits of an exponent', () => {
  it('of fixed width add up to it', () => {
    fc.assert(
      fc.property(exponent, window, (bytes, width) => {
        let sum = 0n;
        for (let bit = 0; bit < bytes.length * 8; bit += width)
          sum += BigInt(fixedDigit(bytes, bit, width)) << BigInt(bit);
        expect(sum).toBe(bytesToBigint(bytes));
      }),
    );
  });

  it('of sliding windows are odd, small and apart, and add up to it', () => {
    fc.assert(
      fc.property(exponent, window, (bytes, width) => {
        const digits = slidingDigits(bytes, width);
        const sum = digits.reduce((total, { digit, bit }) => total + (BigInt(digit) << BigInt(bit)), 0n);
        expect(sum).toBe(bytesToBigint(bytes));
        digits.forEach(({ digit, bit }, i) => {
          expect(digit % 2).toBe(1);
          expect(digit).toBeLessThan(2 ** width);
          if (i > 0) expect(bit).toBeGreaterThanOrEqual((digits[i - 1]?.bit as number) + width);
        });
      }),
    );
  });

  it('are the wider the more often a table is used', () => {
    const widths = [1, 32, 64, 320, 4096].map(bestWindow);
    expect(widths).toEqual(widths.toSorted((a, b) => a - b));
    expect(widths).toEqual([1, 3, 3, 5, 6]);
  });
});

describe('limbs', () => {
  it('hold any number that fits, and no other', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 408n - 1n), (value) => {
        const limbs = new Float64Array(8);
        writeLimbs(value, limbs);
        expect(readLimbs(limbs)).toBe(value);
        expect(limbs.every((limb) => limb < 2 ** 51)).toBe(true);
      }),
    );
    expect(() => {
      writeLimbs(2n ** 408n, new Float64Array(8));
    }).toThrow(Bug);
  });

  it('are as many as the bounds of the kernel need, in pairs', () => {
    for (let bits = 2; bits <= 12_900; bits += 37) {
      const count = limbCount(1n << BigInt(bits - 1));
      expect(count % 2).toBe(0);
      expect(51 * count).toBeGreaterThanOrEqual(bits + 51 + 7);
    }
    expect([512, 1024, 2048, 3072, 6144].map((bits) => limbCount(1n << BigInt(bits - 1)))).toEqual([
      12, 22, 42, 62, 122,
    ]);
    expect(() => limbCount(1n << 13_100n)).toThrow(Bug);
  });

  it('make a modulus −1 modulo 2^51 with the factor κ', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 200n), (half) => {
        const odd = 2n * half + 1n;
        expect(BigInt.asUintN(51, odd * negatedInverse(odd))).toBe(2n ** 51n - 1n);
      }),
    );
  });
});

describe('an odd square', () => {
  it('is told from its neighbours', () => {
    fc.assert(
      fc.property(fc.bigInt(2n, 2n ** 300n), (half) => {
        const root = 2n * half + 1n;
        expect(oddSquareRoot(root * root)).toBe(root);
        for (const near of [-8n, -2n, 2n, 8n]) expect(oddSquareRoot(root * root + near)).toBeUndefined();
      }),
    );
  });
});

describe('the module of a kernel', () => {
  it('is valid WebAssembly, and the same whenever it is written', () => {
    for (const form of ['plain', 'squared'] as const) {
      for (const limbs of [8, 10, 12, 42, 122, 256]) {
        const module = kernelModule(layoutOf(form, limbs));
        expect(WebAssembly.validate(module)).toBe(true);
        expect(kernelModule(layoutOf(form, limbs))).toEqual(module);
      }
    }
  });

  it('has numbers as LEB128 (examples of the DWARF standard, appendix C)', () => {
    expect([2, 127, 128, 129, 12_857].map(unsigned)).toEqual([[2], [127], [0x80, 1], [0x81, 1], [0xb9, 0x64]]);
    expect([2n, -2n, 127n, -127n, 128n, -128n, 129n, -129n].map(signed)).toEqual([
      [2],
      [0x7e],
      [0xff, 0],
      [0x81, 0x7f],
      [0x80, 1],
      [0x80, 0x7f],
      [0x81, 1],
      [0xff, 0x7e],
    ]);
  });
});
