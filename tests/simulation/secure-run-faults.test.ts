import { describe, expect, it } from 'vitest';
import { Writer } from '../../src/core/bytes/encoding.ts';
import { bytesToBigint } from '../../src/core/bytes/integers.ts';
import { ProtocolAbort, type AbortCode } from '../../src/core/errors.ts';
import { dealKeyAndFactor } from '../support/dealt-key.ts';
import { defaultParameters, finished, largestDifference, runBanks } from '../support/secure-banks.ts';
import { Simulation, type Fault, type Message } from '../support/simulation.ts';
import { vectorBanks } from '../support/vector-banks.ts';

/** Bank 3 proposes the run and misbehaves towards bank 1, or towards both. Banks 1 and 2 are honest. */
const BAD = 3;
const HONEST = [1, 2];

const { graphs } = vectorBanks('three-banks');
const { shares: keys, factor } = dealKeyAndFactor(3, 512);
const modulus = (keys[0] as (typeof keys)[number]).publicKey.n ** 2n;
const WIDTH = 128;

type Change = (message: Message) => readonly (Message & { readonly delay?: number })[];

/** What must come of it: all honest banks finish with the reference's scores, or one of them ends with this code. */
type Outcome = 'unharmed' | AbortCode | { readonly blamed: AbortCode | 'any' };

const blamed = (code: AbortCode | 'any'): Outcome => ({ blamed: code });

/** Runs the three banks with a network that changes the matching messages; every fault must have had its occasion. */
async function runWith(matches: (message: Message) => boolean, change: Change, simulation?: Simulation) {
  let occasions = 0;
  const fault: Fault = (message) => {
    if (!matches(message)) return [message];
    occasions++;
    return change(message);
  };
  const results = await runBanks({
    graphs,
    keys,
    simulation: simulation ?? new Simulation(3, fault),
    alter: (options) => ({ ...options, initiator: BAD }),
  });
  if (!simulation) expect(occasions).toBeGreaterThan(0);
  return results;
}

type Results = Awaited<ReturnType<typeof runWith>>;

/** All honest banks finish with the reference's scores, or all end with an abort that blames none of them. */
function expectInvariant(results: Results): void {
  const honest = HONEST.map((party) => results[party - 1] as Results[number]);
  expect(new Set(honest.map((result) => result.status)).size, 'honest banks all finish or all abort').toBe(1);
  if (honest.every((result) => result.status === 'fulfilled')) {
    expect(largestDifference(finished(honest), graphs, defaultParameters)).toBeLessThan(1e-8);
    return;
  }
  for (const abort of abortsOf(results)) {
    expect(abort).toBeInstanceOf(ProtocolAbort);
    expect(abort.blame.filter((party) => party !== BAD)).toEqual([]);
  }
}

function abortsOf(results: Results): ProtocolAbort[] {
  return HONEST.map((party) => results[party - 1] as Results[number]).flatMap((result) =>
    result.status === 'rejected' ? [result.reason as ProtocolAbort] : [],
  );
}

function expectOutcome(results: Results, outcome: Outcome): void {
  expectInvariant(results);
  const aborts = abortsOf(results);
  if (outcome === 'unharmed') {
    expect(aborts).toEqual([]);
    return;
  }
  const [code, blame] = typeof outcome === 'string' ? [outcome, []] : [outcome.blamed, [BAD]];
  const reasons = aborts.map((abort) => ({ code: code === 'any' ? code : abort.code, blame: abort.blame }));
  expect(reasons).toContainEqual({ code, blame });
}

const toOne = (round: string) => (m: Message) => m.from === BAD && m.to === 1 && m.round === round;
const toAll = (round: string) => (m: Message) => m.from === BAD && m.round === round;
const body =
  (change: (bytes: Uint8Array) => Uint8Array): Change =>
  (m) => [{ ...m, body: change(m.body) }];

const DISFIGURE = {
  'a message without its last byte': (bytes: Uint8Array) => bytes.subarray(0, -1),
  'a message with one byte more': (bytes: Uint8Array) => Uint8Array.of(...bytes, 0),
  'a message with a megabyte more': (bytes: Uint8Array) =>
    new Writer()
      .raw(bytes)
      .raw(new Uint8Array(1 << 20))
      .done(),
  'an empty message': () => new Uint8Array(0),
  'a message of zeros': (bytes: Uint8Array) => new Uint8Array(bytes.length),
  'a message of ones': (bytes: Uint8Array) => new Uint8Array(bytes.length).fill(255),
  'a message with its first bit changed': (bytes: Uint8Array) => bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte)),
} as const;

/** By round, in the order of {@link DISFIGURE}. */
const DISFIGURED: Readonly<Record<string, readonly Outcome[]>> = (() => {
  const length = blamed('wrong-length');
  const range = blamed('out-of-range');
  const differ = blamed('parameters-differ');
  const mismatch: Outcome = 'broadcast-mismatch';
  return {
    proposal: [length, length, length, differ, differ, differ, differ],
    approval: [length, length, length, length, 'parameters-differ', 'parameters-differ', 'parameters-differ'],
    'approval/echo': [length, length, length, length, mismatch, mismatch, mismatch],
    'reconciliation/masked': [length, length, length, length, length, blamed('too-large'), blamed('any')],
    'reconciliation/doubled': [length, length, length, length, length, blamed('too-large'), length],
    'iteration/1': [length, length, length, length, range, range, 'banks-disagree'],
    'iteration/2': [length, length, length, length, range, range, 'banks-disagree'],
    'opening/packets': [length, length, length, length, length, blamed('refused'), length],
    'opening/answers': [length, length, length, length, range, range, 'banks-disagree'],
    'close/report': [length, length, length, length, length, blamed('too-large'), length],
    'close/echo': [length, length, length, length, mismatch, mismatch, mismatch],
    conclude: Array<Outcome>(7).fill('unharmed'), // bank 2 passes a good signature on
    'conclude/forward': Array<Outcome>(7).fill('unharmed'),
  };
})();
const ROUNDS = Object.keys(DISFIGURED);

describe('a secure run', () => {
  it('has the rounds that these tests disturb, and no others', async () => {
    const simulation = new Simulation(3);
    await runWith(
      () => false,
      () => [],
      simulation,
    );
    expect([...new Set(simulation.sent.map((message) => message.round))].sort()).toEqual([...ROUNDS].sort());
  });
});

describe.for(ROUNDS)('in the round %s', (round) => {
  it.for(
    Object.keys(DISFIGURE).map((name, i) => [name, (DISFIGURED[round] as readonly Outcome[])[i] as Outcome] as const),
  )('%s to one bank ends as it should', async ([name, outcome]) => {
    expectOutcome(await runWith(toOne(round), body(DISFIGURE[name as keyof typeof DISFIGURE])), outcome);
  });

  it('a late message harms nobody', async () => {
    expectOutcome(await runWith(toAll(round), (m) => [{ ...m, delay: 50 }]), 'unharmed');
  });

  it('a message that comes twice at once harms no honest bank’s name', async () => {
    expectInvariant(await runWith(toOne(round), (m) => [m, m]));
  });

  it('a message that comes again later harms no honest bank’s name', async () => {
    expectInvariant(await runWith(toOne(round), (m) => [m, { ...m, delay: 30 }]));
  });

  it('a bank that sends nothing from here on leaves honest banks with an abort, or with all signatures', async () => {
    let stopped = false;
    const results = await runWith(
      (m) => m.from === BAD && (stopped ||= m.round === round),
      () => [],
    );
    expectInvariant(results);
    const aborts = abortsOf(results);
    expect(aborts.flatMap((abort) => abort.blame)).toEqual([]);
    if (round === 'conclude/forward') expect(aborts).toEqual([]);
    else expect(aborts.map((abort) => abort.code)).toContain('deadline');
  });

  it('a bank that stops for one bank only does not set the honest ones against each other', async () => {
    let stopped = false;
    expectInvariant(
      await runWith(
        (m) => m.from === BAD && m.to === 1 && (stopped ||= m.round === round),
        () => [],
      ),
    );
  });

  it('a message of an earlier session changes nothing', async () => {
    const earlier = new Simulation(3);
    await runWith(
      () => false,
      () => [],
      earlier,
    );
    const old = earlier.sent.filter((m) => m.from === BAD && m.round === round);
    expect(old.length).toBeGreaterThan(0);
    expectOutcome(await runWith(toAll(round), (m) => [...old.filter(({ to }) => to === m.to), m]), 'unharmed');
  });

  it('what was sent in an earlier session, sent in this one, does not pass unnoticed', async () => {
    const earlier = new Simulation(3);
    await runWith(
      () => false,
      () => [],
      earlier,
    );
    const again = (m: Message) => earlier.sent.find((o) => o.from === BAD && o.to === m.to && o.round === round);
    const results = await runWith(toOne(round), (m) => [{ ...m, body: again(m)?.body ?? m.body }]);
    expectInvariant(results);
    expect(abortsOf(results).length > 0).toBe(!round.startsWith('conclude'));
  });
});

/** A vector of numbers as wide as ciphertexts, which follow `offset` bytes of something else. */
const numbers =
  (change: (values: bigint[]) => bigint[], offset = 0): Change =>
  (m) => {
    const count = (m.body.length - offset) / WIDTH;
    const at = (i: number) => offset + i * WIDTH;
    const values = Array.from({ length: count }, (_, i) => bytesToBigint(m.body.subarray(at(i), at(i + 1))));
    const writer = new Writer().raw(m.body.subarray(0, offset));
    for (const value of change(values)) writer.integer(value, WIDTH);
    return [{ ...m, body: writer.done() }];
  };

const first = (value: (old: bigint) => bigint) => (values: bigint[]) => [
  value(values[0] as bigint),
  ...values.slice(1),
];

describe.for([
  ['iteration/1', 0],
  ['iteration/2', 0],
  ['opening/packets', 4],
  ['opening/answers', 0],
] as const)('in the round %s', ([round, offset]) => {
  it.for([
    ['0', first(() => 0n), blamed('out-of-range')],
    ['N²', first(() => modulus), blamed('out-of-range')],
    ['the largest number that fits', first(() => (1n << BigInt(8 * WIDTH)) - 1n), blamed('out-of-range')],
    ['a multiple of a factor of N', first((old) => (old * factor) % modulus), blamed('not-a-unit')],
    ['one number less', (values: bigint[]) => values.slice(1), blamed('wrong-length')],
    ['one number more', (values: bigint[]) => [...values, 1n], blamed('wrong-length')],
  ] as const)('%s to one bank ends the run and blames its sender', async ([, change, outcome]) => {
    expectOutcome(await runWith(toOne(round), numbers(change, offset)), outcome);
  });

  it('a multiple of a factor of N to both banks ends the run, and both blame its sender', async () => {
    const results = await runWith(
      toAll(round),
      numbers(
        first((old) => (old * factor) % modulus),
        offset,
      ),
    );
    expectInvariant(results);
    for (const abort of abortsOf(results)) expect(abort).toMatchObject({ code: 'not-a-unit', blame: [BAD], round });
  });

  it('numbers in another order are noticed in the end', async () => {
    const results = await runWith(
      toOne(round),
      numbers((values) => values.toReversed(), offset),
    );
    expectInvariant(results);
    // packets come back to the bank that disordered them: it is the first to see nonsense
    const code = round === 'opening/packets' ? 'peer-aborted' : 'banks-disagree';
    expect(abortsOf(results).map((abort) => abort.code)).toContain(code);
  });
});

describe('a bank that lies', () => {
  it('with a wrong partial decryption is noticed, and nobody is blamed, for it could be anybody', async () => {
    const wrong = numbers(first((old) => (old * old) % modulus));
    expectOutcome(await runWith(toOne('opening/answers'), wrong), 'banks-disagree');
  });

  it('with a partial decryption that is wrong modulo N² but right modulo N is not noticed by the sum, but by the slots', async () => {
    const wrong = numbers(
      first((old) => (old * (1n + (1n << 500n) * (keys[0] as (typeof keys)[number]).publicKey.n)) % modulus),
    );
    expectOutcome(await runWith(toOne('opening/answers'), wrong), 'banks-disagree');
  });

  it('about an account far above 1 is noticed when it is opened', async () => {
    const { n } = (keys[0] as (typeof keys)[number]).publicKey;
    const far = numbers((values) => values.map((value) => (value * (1n + (n >> 2n) * n)) % modulus));
    expectOutcome(await runWith(toAll('iteration/2'), far), 'banks-disagree');
  });

  it('by asking for more packets than its accounts need is refused', async () => {
    const accounts = graphs[BAD - 1]?.ids.length ?? 0;
    const more: Change = (m) => {
      const packet = m.body.subarray(4, 4 + WIDTH);
      const writer = new Writer().u32(accounts + 1);
      for (let i = 0; i <= accounts; i++) writer.raw(packet);
      return [{ ...m, body: writer.done() }];
    };
    expectOutcome(await runWith(toOne('opening/packets'), more), blamed('refused'));
  });

  it('by approving to one bank what it does not approve to another is noticed by all, and nobody is blamed', async () => {
    const results = await runWith(toOne('approval'), body(changeAt(40)));
    expectInvariant(results);
    for (const abort of abortsOf(results)) {
      if (abort.code !== 'peer-aborted') expect(abort).toMatchObject({ code: 'broadcast-mismatch', blame: [] });
    }
    expectOutcome(results, 'broadcast-mismatch');
  });

  it('about the messages between itself and another is blamed by that one', async () => {
    // the last three entries of a report: digest and number of messages with banks 1, 2 and 3
    const aboutOne = (m: Message) => m.body.length - 3 * 36;
    const change: Change = (m) => body(changeAt(aboutOne(m)))(m);
    expectOutcome(await runWith(toOne('close/report'), change), blamed('banks-disagree'));
    expectOutcome(await runWith(toAll('close/report'), change), blamed('banks-disagree'));
  });

  it('to one bank only about the messages between itself and the other is noticed, and nobody is blamed', async () => {
    const change: Change = (m) => body(changeAt(m.body.length - 2 * 36))(m);
    expectOutcome(await runWith(toOne('close/report'), change), 'broadcast-mismatch');
  });

  it('with its signature to both banks leaves nobody with a record, and is blamed', async () => {
    const forged = await runWith(
      (m) => m.from === BAD && m.round.startsWith('conclude'),
      (m) => (m.round === 'conclude' ? [{ ...m, body: changeAt(0)(m.body) }] : []),
    );
    expectOutcome(forged, blamed('bad-signature'));
    expect(abortsOf(forged)).toHaveLength(2);
  });

  it('by signing for one bank only does not keep the record from the other', async () => {
    expectOutcome(
      await runWith(
        (m) => m.from === BAD && m.round.startsWith('conclude') && m.to === 1,
        () => [],
      ),
      'unharmed',
    );
  });

  it('by flooding one bank with signatures does not keep the record from it when others have it', async () => {
    // what bank 2 sends to bank 1 is on the way for longer than all that bank 3 does
    const late = (m: Message) => m.round.startsWith('conclude') && m.to === 1;
    const results = await runWith(late, (m) =>
      m.from === BAD ? [m, m, { ...m, round: 'conclude/forward', body: new Uint8Array(5) }] : [{ ...m, delay: 40 }],
    );
    expectOutcome(results, 'unharmed');
  });
});

/** Other bytes of the same length. */
function changeAt(index: number): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => bytes.map((byte, i) => (i === index ? byte ^ 1 : byte));
}

describe('a network that reorders everything', () => {
  it('harms nobody', async () => {
    let n = 0;
    const results = await runWith(
      () => true,
      (m) => [{ ...m, delay: (n = (n * 7 + 3) % 19) }],
    );
    expectOutcome(results, 'unharmed');
  });
});

describe('a bank that proposes one thing to one bank and another to the other', () => {
  const nonce = new Uint8Array(32).fill(9);
  const runWanting = (iterations: (party: number) => number, simulation: Simulation) =>
    runBanks({
      graphs,
      keys,
      simulation,
      alter: (options, party) => ({
        ...options,
        nonce,
        initiator: BAD,
        parameters: { ...options.parameters, iterations: iterations(party) },
      }),
    });

  it('does not make them blame each other', async () => {
    const other = new Simulation(3);
    await runWanting(() => 1, other);
    const proposal = other.sent.find((m) => m.round === 'proposal' && m.to === 2) as Message;
    const twoFaced: Fault = (m) => (m.round === 'proposal' && m.to === 2 ? [{ ...m, body: proposal.body }] : [m]);
    const results = await runWanting((party) => (party === 2 ? 1 : 2), new Simulation(3, twoFaced));
    expectOutcome(results, 'parameters-differ');
  });
});
