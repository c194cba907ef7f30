import type { SeededRandom } from './random.ts';

/** Invented banks; any likeness to real ones is accidental. */
export const BANKS = [
  { name: 'Alderbrook', prefix: 'ALD' },
  { name: 'Northmere', prefix: 'NOR' },
  { name: 'Quillhaven', prefix: 'QUI' },
] as const;
export type BankName = (typeof BANKS)[number]['name'];

export type Kind = 'person' | 'business' | 'merchant';

export interface Member {
  readonly bank: BankName;
  readonly id: string;
  readonly kind: Kind;
  /** Initial score; ordinary until a trail makes the account one of its starts. */
  score: number;
  /** Part of a planted trail. */
  planted: boolean;
}

/** Accounts per bank. */
const SIZES: Readonly<Record<Kind, number>> = { person: 332, business: 56, merchant: 12 };

/** Everybody, bank by bank. */
export function makePopulation(random: SeededRandom): Member[] {
  const ids = new Set<string>();
  const kinds = Object.entries(SIZES).flatMap(([kind, count]) => Array.from({ length: count }, () => kind as Kind));
  return BANKS.flatMap(({ name, prefix }) =>
    random.shuffled(kinds).map((kind) => {
      const id = newId(prefix, ids, random);
      return { bank: name, id, kind, score: ordinaryScore(random), planted: false };
    }),
  );
}

/** Bank, six digits and two check digits (modulo 97), as in ALD-204817-63. */
function newId(prefix: string, taken: Set<string>, random: SeededRandom): string {
  for (;;) {
    const number = 100_000 + random.below(900_000);
    const id = `${prefix}-${String(number)}-${String(98 - ((number * 100) % 97)).padStart(2, '0')}`;
    if (taken.has(id)) continue;
    taken.add(id);
    return id;
  }
}

/** Low for nearly all, with a heavy tail that ends at 0.4. */
function ordinaryScore(random: SeededRandom): number {
  return rounded(Math.min(0.4, random.pareto(0.01, 1.4)));
}

export function rounded(score: number): number {
  return Math.round(score * 10_000) / 10_000;
}
