import { decompose } from './scale.ts';

export interface Weights {
  /** Weight of the account's own score, scaled by 2^w. */
  readonly own: bigint;
  /** Weight per incoming amount, scaled by 2^w, in the order of the amounts. */
  readonly incoming: readonly bigint[];
}

/**
 * (1 − δ) and δ·a_i/A as integers scaled by 2^w that sum to exactly 2^w, rounded by largest remainder: no score can leave
 * [0, 1] (protocol.md 3). Computed from the exact value of δ. Without amounts the own weight is round((1 − δ)·2^w).
 * @param delta in [0, 1)
 * @param amounts positive; under `zero` those of unknown senders too, whose weights the caller then drops
 */
export function largestRemainderWeights(delta: number, amounts: readonly bigint[], weightBits: number): Weights {
  const { mantissa, exponent } = decompose(delta);
  const one = 1n << BigInt(Math.max(0, -exponent)); // δ = share / one
  const share = exponent > 0 ? mantissa << BigInt(exponent) : mantissa;
  const scale = 1n << BigInt(weightBits);
  const total = amounts.reduce((sum, amount) => sum + amount, 0n);
  if (total === 0n) return { own: (2n * (one - share) * scale + one) / (2n * one), incoming: [] };

  const denominator = one * total;
  const numerators = [(one - share) * total * scale, ...amounts.map((amount) => share * amount * scale)];
  const weights = numerators.map((numerator) => numerator / denominator);
  const missing = Number(scale - weights.reduce((sum, weight) => sum + weight, 0n));
  const byRemainder = numerators
    .map((numerator, index) => ({ index, remainder: numerator % denominator }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1));
  for (const { index } of byRemainder.slice(0, missing)) weights[index] = (weights[index] as bigint) + 1n;
  const [own, ...incoming] = weights as [bigint, ...bigint[]];
  return { own, incoming };
}
