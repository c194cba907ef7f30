/**
 * The messages of the ceremony, in their order. Each is a vector of residues of fixed width, of exactly the announced
 * length and below the modulus named here, or a digest of 32 bytes. `→ all` is a broadcast that ends in an echo of all;
 * `→ each` goes to one bank alone.
 */
export const rounds = {
  /** → all: digest of what the banks agreed on. */
  parameters: 'parameters',
  /** → all, committed to, then opened: a seed; σ is the hash of all. */
  jointSeed: 'joint-seed',
  // Pairwise seeds → each: see sharing/pairwise-seeds.ts.

  /** → each, from t + 1 banks, modulo M: a_i(j), shares of units; for p and q of each candidate. */
  units: (batch: number) => `batch/${String(batch)}/units`,
  /** → each, modulo M: shares of our share of a product of `factors` units. */
  reducedUnits: (batch: number, factors: number) => `batch/${String(batch)}/units/reduce-${String(factors)}`,
  /** → each, modulo P: shares of all p_i, then of all q_i. */
  factors: (batch: number) => `batch/${String(batch)}/factors`,
  /** → all, modulo P: λ_i·p(i)·q(i) + z_i. */
  products: (batch: number) => `batch/${String(batch)}/products`,
  /** → all, modulo each N that is left: v_i = g^{(N+1−p_1−q_1)/4} of the first bank, g^{(p_i+q_i)/4} of the others. */
  firstPowers: (batch: number) => `batch/${String(batch)}/biprimality`,
  /** → all, modulo N: v_i for each of the 64 further bases. */
  furtherPowers: (candidate: number) => `candidate/${String(candidate)}/biprimality`,

  /** → each, modulo F: shares of φ_i and β_i. */
  exponentShares: 'exponents/shares',
  /** → all: the top bits of our share of βφ + kF. */
  topBits: 'exponents/tops',
  /** → all, modulo N: θ_i = d_i + z_i. */
  theta: 'exponents/theta',
  /** → all: digest of (N, θ). */
  modulusAndTheta: 'exponents/echo',

  /** → all, committed to, then opened: a seed of the test encryption. */
  testEncryption: 'test-encryption',
  /** → all: digest of the powers that follow. */
  powersCommitment: 'verification/commit',
  /** → all, modulo N²: V_i = V^{d_i}, and c^{d_i} for the test encryption c. */
  powers: 'verification/open',
  /** → all: digest of all broadcasts. */
  broadcasts: 'verification/echo',
  // Signatures → all: see network/conclude.ts.
} as const;

/** The round in which all banks compare what they received in a broadcast `round`. */
export const echoOf = (round: string): string => `${round}/echo`;
