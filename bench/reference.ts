/**
 * What the reference implementation costs: TNO's risk_propagation 2.3.4 with distributed_keygen 4.2.2, paillier 3.2.0 and
 * communication 4.8.1 under Python 3.11 with gmpy2 2.1.2 (GMP 6.2.1), three parties in one process tree on the loopback
 * interface, measured in November 2026 on two cores of an x86-64 machine of the Zen 3 class. CPU seconds are user and system
 * time of all parties together.
 */
export const REFERENCE = {
  name: 'TNO risk_propagation 2.3.4',
  /** Median of the calibration operation (calibration.ts) on the machine of the measurements. */
  calibrationMs: 9.6,
  /**
   * Expected candidates and mean CPU seconds of one key generation: the candidates times the cost per candidate. For 2048
   * bits no run was seen to finish; the second figure is that of the reference with its worst defect mended: that it tests
   * the constant modulus of its secret sharing for primality at every multiplication. For 3072 bits nothing was measured.
   */
  keyGeneration: {
    1024: { candidates: 31_631, cpuSeconds: [301] },
    2048: { candidates: 126_236, cpuSeconds: [7072, 1005] },
    3072: { candidates: 283_800, cpuSeconds: [] },
  } as Readonly<Record<number, ReferenceKeyGeneration>>,
  /** Secure runs with a 2048-bit key on the graphs of random-graph.ts, by accounts per bank. */
  secureRun: {
    100: { cpuSeconds: 36.7, wallSeconds: 37.7, sentBytes: 843_702 },
    300: { cpuSeconds: 111.5, wallSeconds: 115.9, sentBytes: 2_460_821 },
    1000: { cpuSeconds: 371.4, wallSeconds: 378.5, sentBytes: 8_272_789, peakMemoryBytes: 180e6 },
  } as Readonly<Record<number, ReferenceRun>>,
  /** Milliseconds with a 2048-bit key. */
  operations: { randomise: 12.3, weightedEdge: 0.318, partialDecryption: 25.0, combine: 0.031 },
} as const;

export interface ReferenceKeyGeneration {
  readonly candidates: number;
  readonly cpuSeconds: readonly number[];
}

export interface ReferenceRun {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  /** Per bank. */
  readonly sentBytes: number;
  readonly peakMemoryBytes?: number;
}

/** What the reference would take on this machine: the calibration operation tells how much faster it is. */
export function onThisMachine(referenceCost: number, calibrationMs: number): number {
  return referenceCost * (calibrationMs / REFERENCE.calibrationMs);
}
