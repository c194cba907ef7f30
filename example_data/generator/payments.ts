import type { Member } from './population.ts';

export const WEEKS = 4;

export interface Payment {
  readonly from: Member;
  readonly to: Member;
  /** In hundredths. */
  readonly cents: number;
}

/** A payment of about `amount`, to the cent. */
export function pay(from: Member, to: Member, amount: number): Payment {
  return { from, to, cents: Math.max(1, Math.round(amount * 100)) };
}
