import type { Random } from '../environment.ts';
import type { Engine } from '../modulus/modulus.ts';
import type { Session } from '../network/session.ts';
import type { KeyBits } from '../params.ts';
import { corruptionThreshold } from '../params.ts';
import type { PairwiseSeeds } from '../sharing/pairwise-seeds.ts';
import { Shamir } from '../sharing/shamir.ts';
import type { Tuning } from './parameters.ts';

/** What every step of the ceremony works with. */
export interface CeremonyContext {
  readonly session: Session;
  readonly engine: Engine;
  readonly random: Random;
  readonly keyBits: KeyBits;
  readonly tuning: Tuning;
  readonly pairwiseSeeds: PairwiseSeeds;
  /** σ, the joint seed. */
  readonly seed: Uint8Array;
}

/** Sharings of degree t modulo `modulus` among the banks of the ceremony. */
export function shamirOf(session: Session, modulus: bigint): Shamir {
  return new Shamir(modulus, session.size, corruptionThreshold(session.size));
}

/** Additive shares of the two factors of each candidate: Σ p_i = p and Σ q_i = q. Never leaves the ceremony. */
export interface FactorShares {
  /** p_i */
  readonly secretP: bigint;
  /** q_i */
  readonly secretQ: bigint;
}
