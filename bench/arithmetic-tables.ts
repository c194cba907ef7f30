import type { KernelFigures } from './kernel.ts';
import { OPERATION_NAMES, type OperationFigures } from './operations.ts';
import { onThisMachine, REFERENCE } from './reference.ts';
import type { Spread } from './statistics.ts';
import { figure, medianAndRange, NOTHING, ratio, type FigureTable } from './table.ts';

export function kernelTable(figures: readonly KernelFigures[]): FigureTable {
  const rows = figures.flatMap(({ keyBits, modulus, engines, bigint, openssl }) => {
    const bits = `${modulus}, ${String(keyBits * (modulus === 'N²' ? 2 : 1))} bits`;
    const row = (who: string, what: string, time: Spread, ofBigint: Spread): string[] => [
      `${bits}: ${who}, ${what}`,
      medianAndRange(time),
      ratio(time.median / openssl.median),
      ratio(time.median / ofBigint.median),
    ];
    const { squaring, product } = bigint;
    return [
      ...engines.flatMap((engine) => [
        ...(engine.chain
          ? [
              row(engine.label, 'multiply', engine.chain.product, product),
              row(engine.label, 'square', engine.chain.squaring, squaring),
            ]
          : []),
        row(engine.label, 'secret power, each multiplication', engine.power, product),
      ]),
      row('OpenSSL', 'secret power, each multiplication', openssl, product),
      row('BigInt', 'a * b % m', product, product),
      row('BigInt', 'a * a % m', squaring, squaring),
    ];
  });
  return {
    title: 'Kernel: one multiplication modulo N² and modulo N',
    head: ['modulus: by whom', 'µs', 'time / OpenSSL’s', 'time / BigInt’s'],
    rows,
    notes: [
      'Medians (min–max), all measured in turn. Multiplications and squarings are timed in long chains, without conversions at ' +
        'their ends. OpenSSL is reached through Diffie–Hellman of node:crypto: the time of one exponentiation divided by the number of ' +
        'multiplications of its fixed-window method, squarings included; a secret power of an engine is divided by the same number.',
    ],
  };
}

const REFERENCE_OPERATIONS: Partial<Record<(typeof OPERATION_NAMES)[number], keyof typeof REFERENCE.operations>> = {
  'mask, full exponent': 'randomise',
  'weighted edge, tables built': 'weightedEdge',
  'partial decryption': 'partialDecryption',
  'combine one packet': 'combine',
};

export function operationTable(figures: OperationFigures, calibrationMs: number): FigureTable {
  const { keyBits, slotsPerPacket, weightBits, engines } = figures;
  return {
    title: `Operations with a key of ${String(keyBits)} bits`,
    head: ['ms each', ...engines.map(({ label }) => label), 'reference'],
    rows: OPERATION_NAMES.map((name) => {
      const reference = REFERENCE_OPERATIONS[name];
      const converted =
        reference === undefined ? undefined : onThisMachine(REFERENCE.operations[reference], calibrationMs);
      return [
        name,
        ...engines.map(({ ms }) => medianAndRange(ms[name])),
        converted === undefined || keyBits !== 2048 ? NOTHING : figure(converted),
      ];
    }),
    notes: [
      `Medians (min–max). Weights of ${String(weightBits)} bits, ${String(slotsPerPacket)} values in a packet; an edge shares the ` +
        'squarings of its row of eight. The reference packs nothing, so a partial decryption of its serves one account.',
    ],
  };
}
