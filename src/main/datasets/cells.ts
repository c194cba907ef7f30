import { isScore, SCORE_REMEDY } from '../../core/datasets/check-dataset.ts';

/** What a cell says, or what is wrong with it. */
export type Cell<T> = { readonly value: T } | CellFault;

export interface CellFault {
  readonly problem: string;
  readonly remedy: string;
}

const AMOUNT = /^(\d+)(?:\.(\d{1,2}))?$/;
const MAX_AMOUNT = BigInt(Number.MAX_SAFE_INTEGER);
const AMOUNT_REMEDY = 'write a positive number with at most two decimal places, for example 1250 or 1250.75';

/** An amount as hundredths: 1 … 2^53 − 1, as an integer or with one or two decimal places. */
export function parseAmount(text: string): Cell<bigint> {
  const amount = text.trim();
  const match = AMOUNT.exec(amount);
  if (!match) return { problem: `the amount ${describeBadAmount(amount)}`, remedy: AMOUNT_REMEDY };
  const units = match[1] as string;
  const decimals = (match[2] ?? '').padEnd(2, '0');
  const hundredths = units.length <= 13 ? BigInt(Number(units + decimals)) : BigInt(units + decimals);
  if (hundredths === 0n) {
    return { problem: 'the amount is zero', remedy: 'remove the row, or write the positive amount transferred' };
  }
  if (hundredths > MAX_AMOUNT * 100n) {
    return {
      problem: `the amount ${shown(amount)} is above 2^53 − 1`,
      remedy: `write at most ${String(MAX_AMOUNT)}, or use a larger unit in all files of the consortium`,
    };
  }
  return { value: hundredths };
}

function describeBadAmount(amount: string): string {
  if (amount === '') return 'is empty';
  if (/^[+-]/.test(amount)) return `${shown(amount)} has a sign`;
  if (/^\d*\.?\d+e[+-]?\d+$/i.test(amount)) return `${shown(amount)} is written with an exponent`;
  if (/^\d+\.\d{3,}$/.test(amount)) return `${shown(amount)} has more than two decimal places`;
  if (/^\d+,\d{1,2}$/.test(amount)) return `${shown(amount)} has a decimal comma`;
  if (/^\d{1,3}([ ,.'’\u00a0\u202f]\d{3})+([.,]\d+)?$/.test(amount)) return `${shown(amount)} has thousands separators`;
  return `${shown(amount)} is not a number`;
}

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** A score in [0, 1], written as a decimal number, with an exponent if need be. */
export function parseScore(text: string): Cell<number> {
  const score = text.trim();
  if (score === '') return { problem: 'the score is empty', remedy: SCORE_REMEDY };
  if (!DECIMAL.test(score)) {
    const what = /^\d+,\d+$/.test(score) ? 'has a decimal comma' : 'is not a number';
    return { problem: `the score ${shown(score)} ${what}`, remedy: SCORE_REMEDY };
  }
  const value = Number(score);
  if (!isScore(value)) return { problem: `the score ${shown(score)} is outside [0, 1]`, remedy: SCORE_REMEDY };
  return { value: Math.abs(value) };
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
