import { describe, expect, it } from 'vitest';
import { hash } from '../../src/core/bytes/hash.ts';
import { bigintToBytes, bytesToBigint } from '../../src/core/bytes/integers.ts';
import type { CeremonyOptions, CeremonyResult } from '../../src/core/ceremony/ceremony.ts';
import { ParameterError, ProtocolAbort } from '../../src/core/errors.ts';
import type { Network } from '../../src/core/network/network.ts';
import { FactorBase } from '../../src/core/numbers/factor-base.ts';
import { mod } from '../../src/core/numbers/integers.ts';
import { primesBelow } from '../../src/core/numbers/primes.ts';
import { LEAST_FACTOR } from '../../src/core/params.ts';
import { reasonOf, simulateCeremony } from '../support/ceremony.ts';
import { forgingEngine } from '../support/forging-engine.ts';
import { overhear } from '../support/overhear.ts';
import type { Simulation } from '../support/simulation.ts';
import { flipBit, tamper, type Tampering } from '../support/tamper.ts';
import { engineUnderTest } from '../support/engine-under-test.ts';

const CHEAT = 3;

interface Scene {
  readonly parties?: number;
  readonly tampering?: Tampering;
  /** The same for a bank that hears the others before it speaks. */
  readonly rushing?: (simulation: Simulation) => Tampering;
  readonly options?: (simulation: Simulation) => Partial<CeremonyOptions>;
}

/** A ceremony in which bank 3 misbehaves. Returns what became of the honest ones. */
async function honestOutcomes({ parties = 3, tampering, rushing, options }: Scene) {
  const outcomes = await simulateCeremony({
    parties,
    seed: 'misbehaviour',
    disguise: (network: Network, simulation) => {
      const change = rushing?.(simulation) ?? tampering;
      return network.self === CHEAT && change ? tamper(network, change) : network;
    },
    options: (party, simulation) => (party === CHEAT && options ? options(simulation) : {}),
  });
  return outcomes.filter((_, i) => i + 1 !== CHEAT);
}

const inRound =
  (pattern: RegExp, change: (body: Uint8Array, to: number) => Uint8Array | undefined): Tampering =>
  (to, round, body) =>
    pattern.test(round) ? change(body, to) : body;

/** Every honest bank ends with an abort; the first ones to notice with `expected`, the others because of them. */
function expectAborts(
  outcomes: readonly PromiseSettledResult<CeremonyResult>[],
  expected: Partial<ProtocolAbort>,
): void {
  const reasons = outcomes.map(reasonOf);
  for (const reason of reasons) {
    expect(reason).toBeInstanceOf(ProtocolAbort);
    expect((reason as ProtocolAbort).blame.filter((party) => party !== CHEAT)).toEqual([]);
  }
  const own = reasons.filter((reason) => (reason as ProtocolAbort).code !== 'peer-aborted');
  expect(own.length).toBeGreaterThan(0);
  for (const reason of own) expect(reason).toMatchObject(expected);
}

describe('a ceremony refuses', () => {
  it('an opening that does not fit its commitment, and blames its sender', async () => {
    const outcomes = await honestOutcomes({ tampering: inRound(/^joint-seed\/open$/, (body) => flipBit(body)) });
    expectAborts(outcomes, { code: 'commitment-mismatch', blame: [CHEAT] });
  });

  it('verification values other than those committed to', async () => {
    const outcomes = await honestOutcomes({ tampering: inRound(/^verification\/open$/, (body) => flipBit(body)) });
    expectAborts(outcomes, { code: 'commitment-mismatch', blame: [CHEAT], field: 'V_i' });
  });

  const smallFactors = new FactorBase(primesBelow(LEAST_FACTOR));

  it('a composite that a bank slipped through the test for two primes', async () => {
    const outcomes = await honestOutcomes({
      options: (simulation) => ({
        engine: forgingEngine(simulation, (n) => smallFactors.factorOf(n) === undefined),
      }),
    });
    expectAborts(outcomes, { code: 'key-check-failed', field: 'verification values' });
  });

  it('a modulus with a small factor that a bank slipped through the test for two primes', async () => {
    const outcomes = await honestOutcomes({
      options: (simulation) => ({
        engine: forgingEngine(simulation, (n) => smallFactors.factorOf(n) !== undefined),
      }),
    });
    expectAborts(outcomes, { code: 'key-check-failed', field: 'small factor of N' });
  });

  it('θ that has a factor in common with the modulus', async () => {
    let modulus = 0n; // the one whose test for two primes is repeated
    const engine = engineUnderTest();
    const outcomes = await honestOutcomes({
      options: () => ({
        engine: {
          ...engine,
          modulus: (n) => {
            modulus ||= n;
            return engine.modulus(n);
          },
        },
      }),
      rushing: (simulation) => async (_, round, body) => {
        if (round === 'exponents/echo') {
          const session = Buffer.from(simulation.sent[0]?.session ?? '', 'hex');
          return hash('modulus and theta', new Uint8Array(session), modulus, 0n);
        }
        if (round !== 'exponents/theta') return body;
        const others = (await overhear(simulation, /^exponents\/theta$/)).map(bytesToBigint);
        return bigintToBytes(mod(-others.reduce((sum, share) => sum + share, 0n), modulus), body.length);
      },
    });
    expectAborts(outcomes, { code: 'key-check-failed', field: 'gcd(θ, N)' });
  });

  it('a signature under something else', async () => {
    const outcomes = await honestOutcomes({
      options: () => ({
        signer: { sign: () => Promise.resolve(new Uint8Array(64)), verify: () => Promise.resolve(true) },
      }),
    });
    expectAborts(outcomes, { code: 'bad-signature', blame: [CHEAT] });
  });

  it('parameters that differ', async () => {
    const outcomes = await honestOutcomes({ tampering: inRound(/^parameters$/, (body) => flipBit(body)) });
    expectAborts(outcomes, { code: 'parameters-differ', blame: [] });
  });

  it('products that are no candidates', async () => {
    const wrongShare = inRound(/^batch\/0\/factors$/, (body, to) => (to === 1 ? flipBit(body) : body));
    expectAborts(await honestOutcomes({ tampering: wrongShare }), { code: 'banks-disagree', field: 'N', blame: [] });
  });
});

describe('a bank that tells its peers different things', () => {
  it.each([
    ['shares of N', /^batch\/0\/products$/],
    ['powers', /^batch\/0\/biprimality$/],
    ['shares of θ', /^exponents\/theta$/],
    ['top bits', /^exponents\/tops$/],
  ])('(%s) is noticed, and nobody is blamed in its place', async (_, round) => {
    const toOneOnly = inRound(round, (body, to) => (to === 1 ? flipBit(body) : body));
    const outcomes = await honestOutcomes({ parties: 4, tampering: toOneOnly });
    for (const reason of outcomes.map(reasonOf)) {
      expect(reason).toBeInstanceOf(ProtocolAbort);
      expect((reason as ProtocolAbort).blame).toEqual([]);
    }
    const codes = outcomes.map((outcome) => (reasonOf(outcome) as ProtocolAbort).code);
    expect(codes.some((code) => code === 'broadcast-mismatch' || code === 'key-check-failed')).toBe(true);
  });
});

describe('a malformed message ends the ceremony and blames its sender:', () => {
  const all = (byte: number) => (body: Uint8Array) => new Uint8Array(body.length).fill(byte);
  const vectors = [
    /^batch\/0\/factors$/,
    /^batch\/0\/products$/,
    /^batch\/0\/biprimality$/,
    /^exponents\/shares$/,
    /^exponents\/theta$/,
    /^verification\/open$/,
  ];

  it.each(vectors)('values out of range in %s', async (round) => {
    expectAborts(await honestOutcomes({ tampering: inRound(round, all(0xff)) }), {
      code: 'out-of-range',
      blame: [CHEAT],
    });
  });

  it.each([...vectors, /^pairwise-seeds$/, /^exponents\/tops$/])('a missing byte in %s', async (round) => {
    const outcomes = await honestOutcomes({ tampering: inRound(round, (body) => body.subarray(0, -1)) });
    expectAborts(outcomes, { code: 'wrong-length', blame: [CHEAT] });
  });

  it.each([...vectors, /^batch\/0\/units$/])('a byte too many in %s', async (round) => {
    const outcomes = await honestOutcomes({ tampering: inRound(round, (body) => new Uint8Array([...body, 0])) });
    expectAborts(outcomes, { code: 'wrong-length', blame: [CHEAT] });
  });

  it.each([/^batch\/0\/biprimality$/, /^verification\/open$/])('powers that are no units in %s', async (round) => {
    expectAborts(await honestOutcomes({ tampering: inRound(round, all(0)) }), { code: 'not-a-unit', blame: [CHEAT] });
  });
});

describe('a bank that falls silent', () => {
  it.each([/^joint-seed\/open$/, /^batch\/0\/units$/, /^batch\/1\/biprimality$/, /^exponents\/tops$/, /^conclude/])(
    'in %s is waited for until the deadline and not accused',
    async (round) => {
      const outcomes = await honestOutcomes({ tampering: inRound(round, () => undefined) });
      expectAborts(outcomes, { code: 'deadline', missing: [CHEAT], blame: [] });
    },
  );
});

describe('whatever single message a bank changes', () => {
  const rounds = [
    'parameters',
    'joint-seed/commit',
    'joint-seed/open',
    'pairwise-seeds',
    'batch/0/units',
    'batch/0/units/reduce-2',
    'batch/0/factors',
    'batch/0/products',
    'batch/0/products/echo',
    'batch/0/biprimality',
    'batch/0/biprimality/echo',
    'exponents/shares',
    'exponents/tops',
    'exponents/theta',
    'exponents/echo',
    'test-encryption/commit',
    'test-encryption/open',
    'verification/commit',
    'verification/open',
    'verification/echo',
    'conclude',
    'conclude/forward',
  ];

  it.each(rounds)('in %s, the honest banks all finish alike or all stop, and none of them is blamed', async (round) => {
    for (const [receiver, fraction] of [
      [1, 0.3],
      [5, 0.999],
    ] as const) {
      const outcomes = await honestOutcomes({
        parties: 5,
        tampering: (to, name, body) => (name === round && to === receiver ? flipBit(body, fraction) : body),
      });
      const keys = outcomes.map((outcome) =>
        outcome.status === 'fulfilled' ? outcome.value.share.publicKey.n : undefined,
      );
      expect(new Set(keys).size).toBe(1);
      for (const reason of outcomes.map(reasonOf).filter((cause) => cause !== undefined)) {
        expect(reason).toBeInstanceOf(ProtocolAbort);
        expect((reason as ProtocolAbort).blame.filter((party) => party !== CHEAT)).toEqual([]);
      }
    }
  });
});

describe('before anything is sent', () => {
  it('two banks are refused', async () => {
    const outcomes = await simulateCeremony({ parties: 2, seed: 'two' });
    for (const outcome of outcomes) {
      expect(reasonOf(outcome)).toBeInstanceOf(ParameterError);
      expect(String(reasonOf(outcome))).toMatch(/no honest majority/);
    }
  });
});
