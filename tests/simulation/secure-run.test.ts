import { beforeAll, describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/core/bytes/hex.ts';
import { bytesToBigint } from '../../src/core/bytes/integers.ts';
import { buildBankGraph } from '../../src/core/datasets/build-bank-graph.ts';
import type { BankGraph } from '../../src/core/datasets/bank-graph.ts';
import type { Transfer } from '../../src/core/datasets/dataset.ts';
import { ParameterError, ProtocolAbort } from '../../src/core/errors.ts';
import { errorBound } from '../../src/core/fixed-point/precision.ts';
import { powerMod } from '../../src/core/numbers/primes.ts';
import type { KeyShare } from '../../src/core/paillier/key.ts';
import { propagateInTheClear } from '../../src/core/propagation/reference.ts';
import { commitToDataset, graphDigest, roundedMaxDegree } from '../../src/core/run/dataset-commitment.ts';
import type { RunParameters } from '../../src/core/run/parameters.ts';
import { recordStatement } from '../../src/core/run/record.ts';
import type { RunResult, SecureRunOptions } from '../../src/core/run/secure-run.ts';
import { dealKey } from '../support/dealt-key.ts';
import { defaultParameters, finished, largestDifference, runBanks } from '../support/secure-banks.ts';
import { Simulation, type Fault, type Message } from '../support/simulation.ts';
import { vectorBanks } from '../support/vector-banks.ts';

const WIDTH = 128;
const { graphs } = vectorBanks('three-banks');
let keys: KeyShare[];
beforeAll(() => {
  keys = dealKey(3, 512);
});

/** `A/1 > B/2 5` moves five hundredths. Every bank lists the accounts 0 … 4 with the given scores. */
function graphsOf(scores: Readonly<Record<string, readonly number[]>>, ...transfers: readonly string[]): BankGraph[] {
  const rows = transfers.map((text): Transfer => {
    const [, from, sender, to, receiver, amount] = /^(\w)\/(\d) > (\w)\/(\d) (\d+)$/.exec(text) as unknown as string[];
    return {
      source: { bank: from as string, id: sender as string },
      destination: { bank: to as string, id: receiver as string },
      amount: BigInt(amount as string),
    };
  });
  return Object.entries(scores).map(([bank, initial]) => {
    const accounts = initial.map((score, i) => ({ id: String(i), score }));
    const periods = [rows.filter(({ source, destination }) => source.bank === bank || destination.bank === bank)];
    return buildBankGraph({ bank, accounts, periods }, { kind: 'fault' }).graph;
  });
}

const run = async (given: Partial<Parameters<typeof runBanks>[0]>): Promise<RunResult[]> =>
  finished(await runBanks({ graphs, keys, ...given }));

const ciphertextsIn = (messages: readonly Message[], offset = 0): string[] =>
  messages.flatMap(({ body }) =>
    Array.from({ length: (body.length - offset) / WIDTH }, (_, i) =>
      Buffer.from(body.subarray(offset + i * WIDTH, offset + (i + 1) * WIDTH)).toString('hex'),
    ),
  );

describe('a secure run', () => {
  it('splits every score into what came from the account, its bank and the peers', async () => {
    const results = await run({});
    for (const { scores } of results) {
      for (const { score, fromOwn, fromBank, fromPeers } of scores) {
        expect(Math.abs(fromOwn + fromBank + (fromPeers ?? NaN) - (score ?? NaN))).toBeLessThan(1e-12);
        for (const part of [fromOwn, fromBank, fromPeers]) expect(part).toBeGreaterThanOrEqual(0);
      }
    }
    const parts = graphsOf({ A: [0.8, 0.4], B: [0.5], C: [1] }, 'A/1 > A/0 1', 'B/0 > A/0 1', 'A/0 > A/0 2');
    const [[first]] = (await run({ graphs: parts, parameters: { iterations: 1 } })).map(({ scores }) => scores) as [
      [RunResult['scores'][number]],
    ];
    // δ = ½: half of its own 0.8, of the other half two quarters its own, one its bank's 0.4, one the peer's 0.5
    expect(first.fromOwn).toBeCloseTo(0.8 * (1 / 2 + 1 / 4), 9);
    expect(first.fromBank).toBeCloseTo(0.4 / 8, 9);
    expect(first.fromPeers).toBeCloseTo(0.5 / 8, 9);
  });

  it('leaves the same record with all, which all have signed, and a new one each time', async () => {
    const options = new Map<number, SecureRunOptions>();
    const again = () =>
      run({
        alter: (own, party) => {
          options.set(party, own);
          return own;
        },
      });
    const [results, others] = [await again(), await again()];
    const { record, signatures } = (results[0] as RunResult).record;
    for (const other of results) expect(other.record).toEqual({ record, signatures });
    const { signer } = options.get(1) as SecureRunOptions;
    for (const [i, signature] of (others[0] as RunResult).record.signatures.entries()) {
      const statement = recordStatement((others[0] as RunResult).record.record);
      expect(await signer.verify(i + 1, statement, fromHex(signature))).toBe(true);
      expect(await signer.verify(i + 1, recordStatement(record), fromHex(signature))).toBe(false);
    }
    expect(others[0]?.record.record.run).not.toBe(record.run);
    expect(record).toMatchObject({ key: { bits: 512 }, parameters: defaultParameters });
    expect(record.parties.map(({ name, role, accounts }) => [name, role, accounts])).toEqual(
      graphs.map(({ bank, ids }) => [bank, 'contributor', ids.length]),
    );
    expect(record.pairs.map(({ between }) => between)).toEqual([
      [1, 2],
      [1, 3],
      [2, 3],
    ]);
    expect(record.parties[0]?.durationsMs.map(([stage]) => stage)).toContain('iteration 2 of 2: propagate');
  });

  it('lets each bank show later, by its salt, with which dataset it took part', async () => {
    const results = await run({});
    const commitments = (results[0] as RunResult).record.record.parties.map(({ commitment }) => commitment);
    results.forEach(({ datasetSalt }, i) => {
      const digest = graphDigest(graphs[i] as BankGraph);
      expect(toHex(commitToDataset(datasetSalt, digest))).toBe(commitments[i]);
    });
    expect(new Set(results.map(({ datasetSalt }) => toHex(datasetSalt))).size).toBe(3);
  });

  it('sends no ciphertext twice, but for one account to several peers in one iteration', async () => {
    const simulation = new Simulation(3);
    const fanOut = graphsOf({ A: [1], B: [0], C: [0] }, 'A/0 > B/0 1', 'A/0 > C/0 1', 'B/0 > C/0 1');
    await run({ graphs: fanOut, simulation });
    const of = (round: string): Message[] => simulation.sent.filter((m) => m.round === round);
    const firsts = ciphertextsIn(of('iteration/1'));
    const seconds = ciphertextsIn(of('iteration/2'));
    const [toB, toC] = of('iteration/1').filter((m) => m.from === 1) as [Message, Message];
    expect(toB.body).toEqual(toC.body);
    expect([firsts.length, new Set(firsts).size, new Set([...firsts, ...seconds]).size]).toEqual([3, 2, 4]);
    const packets = of('opening/packets').filter((m) => m.from === 3);
    const answers = ciphertextsIn(of('opening/answers').filter((m) => m.to === 3));
    expect(packets[0]?.body).toEqual(packets[1]?.body);
    const all = [...firsts, ...seconds, ...ciphertextsIn(packets.slice(0, 1), 4), ...answers];
    expect(new Set(all).size).toBe(4 + 1 + 2);
  });

  it('masks all that it sends afresh, so that who sent it something does not know it again', async () => {
    const { n } = (keys[0] as KeyShare).publicKey;
    const chain = graphsOf({ A: [1], B: [0], C: [0] }, 'A/0 > B/0 1', 'B/0 > C/0 1');
    const sentIn = async (iterations: number) => {
      const simulation = new Simulation(3);
      const [, { precision }] = (await run({ graphs: chain, simulation, parameters: { iterations } })) as [
        RunResult,
        RunResult,
      ];
      const moduloN = (from: number, to: number, round: string, offset = 0): bigint => {
        const { body } = simulation.sent.find((m) => m.from === from && m.to === to && m.round === round) as Message;
        return bytesToBigint(body.subarray(offset, offset + WIDTH)) % n;
      };
      // δ = ½ gives the only sender half of all weight
      const weighted = powerMod(moduloN(1, 2, 'iteration/1'), 1n << BigInt(precision.weightBits - 1), n);
      return { moduloN, weighted };
    };
    const once = await sentIn(1);
    expect(once.moduloN(1, 2, 'iteration/1'), 'A to B, all plain').not.toBe(1n);
    expect(once.moduloN(2, 1, 'opening/packets', 4), 'what B opens, to A').not.toBe(once.weighted);
    const twice = await sentIn(2);
    expect(twice.moduloN(2, 3, 'iteration/2'), 'what B has of A, to C').not.toBe(twice.weighted);
  });

  it('needs nothing but its own data where no account is common', async () => {
    const simulation = new Simulation(3);
    const apart = graphsOf({ A: [1, 0, 0.5], B: [0, 1], C: [0.25] }, 'A/0 > A/1 3', 'A/1 > A/2 1', 'B/1 > B/0 7');
    const results = await run({ graphs: apart, simulation });
    expect(largestDifference(results, apart, defaultParameters)).toBeLessThan(1e-8);
    for (const { fromPeers } of results.flatMap(({ scores }) => scores)) expect(fromPeers).toBe(0);
    const sizes = simulation.sent.filter((m) => /^iteration|^opening/.test(m.round)).map((m) => m.body.length);
    expect(new Set(sizes)).toEqual(new Set([0, 4]));
  });

  it('has the help of a bank without a dataset, which learns nothing', async () => {
    const withHelper = [graphs[0], undefined, graphs[2]] as const;
    const results = finished(await runBanks({ graphs: withHelper, keys }));
    const contributing = [graphs[0], graphs[2]] as BankGraph[];
    const opened = [results[0], results[2]] as RunResult[];
    expect(largestDifference(opened, contributing, defaultParameters)).toBeLessThan(1e-8);
    expect(results[1]?.scores).toEqual([]);
    expect(results[1]?.record.record.parties[1]).toMatchObject({ role: 'helper', accounts: 0 });
  });

  it('opens nothing for a helper', async () => {
    const greedy: Fault = (m) =>
      m.round === 'opening/packets' && m.from === 2
        ? [{ ...m, body: Uint8Array.of(1, 0, 0, 0, ...new Uint8Array(WIDTH).fill(1)) }]
        : [m];
    const results = await runBanks({ graphs: [graphs[0], undefined, graphs[2]], keys, fault: greedy });
    for (const i of [0, 2]) expect(results[i]).toMatchObject({ reason: { code: 'refused', blame: [2] } });
  });

  it('without iterations gives the initial scores and sends none', async () => {
    const simulation = new Simulation(3);
    const results = await run({ parameters: { iterations: 0 }, simulation });
    results.forEach(({ scores }, bank) => {
      expect(scores.map(({ score }) => score)).toEqual([...(graphs[bank] as BankGraph).scores]);
    });
    expect(simulation.sent.filter((m) => m.round.startsWith('iteration'))).toEqual([]);
  });

  it('covers the periods that it is about, not all that there are', async () => {
    const { graphs: longer, parameters } = vectorBanks('extreme-amounts');
    expect(longer[0]?.periods).toHaveLength(2);
    const results = await run({ graphs: longer, parameters: { ...parameters, periods: 1 } });
    expect(largestDifference(results, longer, { ...defaultParameters, ...parameters, periods: 1 })).toBeLessThan(1e-8);
  });
});

describe('the contributor minimum', () => {
  // account 0 of A hears of two accounts outside, account 1 of those and a third, account 2 of none
  const watched = graphsOf(
    { A: [0.5, 0.25, 1, 0], B: [1, 0.5], C: [0.75] },
    'B/0 > A/0 1',
    'B/1 > A/0 3',
    'A/0 > A/1 1',
    'C/0 > A/1 1',
    'A/2 > A/2 5',
    'C/0 > A/3 1',
  );
  const of = async (minContributors: number) => {
    const simulation = new Simulation(3);
    const results = await run({ graphs: watched, parameters: { minContributors }, simulation });
    const packets = simulation.sent.find((m) => m.round === 'opening/packets' && m.from === 1) as Message;
    return { results, packetBytes: packets.body.length, scores: (results[0] as RunResult).scores };
  };

  it('keeps accounts closed that fewer outside accounts reached, and opens the others', async () => {
    const { scores, packetBytes } = await of(3);
    expect(scores.map((account) => 'score' in account)).toEqual([false, true, true, false]);
    expect(scores.map((account) => 'fromPeers' in account)).toEqual([false, true, true, false]);
    expect(packetBytes).toBe(4 + WIDTH);
    const expected = propagateInTheClear(watched, defaultParameters).get('A') as Float64Array;
    for (const account of [1, 2]) expect(scores[account]?.score).toBeCloseTo(expected[account] as number, 8);
    expect(scores[2]?.fromPeers).toBe(0);
    expect(scores[0]?.fromOwn).toBeCloseTo(0.5 / 4, 9);
  });

  it('opens one more at two, all at one, and none that peers reached at four', async () => {
    const opened = async (minimum: number) => (await of(minimum)).scores.map((account) => 'score' in account);
    expect(await opened(2)).toEqual([true, true, true, false]);
    expect(await opened(1)).toEqual([true, true, true, true]);
    expect(await opened(4)).toEqual([false, false, true, false]);
    expect((await of(4)).packetBytes).toBe(4);
  });
});

describe('the precision noise', () => {
  const noiseSecret = (byte: number) => (options: SecureRunOptions, party: number) => ({
    ...options,
    noiseSecret: new Uint8Array(32).fill(10 * byte + party),
  });
  const parameters: Partial<RunParameters> = { precisionBits: 16, iterations: 3 };
  const peersOf = (results: readonly RunResult[]) =>
    results.flatMap(({ scores }) => scores.map(({ fromPeers }) => fromPeers as number));

  it('stays within 2^-13 and the bound of its precision, and is there', async () => {
    const results = await run({ parameters });
    const difference = largestDifference(results, graphs, { ...defaultParameters, ...parameters });
    const degree = Math.max(...graphs.map(roundedMaxDegree));
    expect(difference).toBeLessThan(2 ** -13);
    expect(difference).toBeLessThan(errorBound((results[0] as RunResult).precision, degree));
    expect(difference).toBeGreaterThan(2 ** -22);
  });

  it('is the same in a repeated run, so that averaging does not help', async () => {
    const first = peersOf(await run({ parameters, alter: noiseSecret(1) }));
    const again = peersOf(await run({ parameters, alter: noiseSecret(1) }));
    const others = peersOf(await run({ parameters, alter: noiseSecret(2) }));
    expect(again).toEqual(first);
    expect(others.filter((value, i) => value !== 0 && value === first[i])).toEqual([]);
  });
});

describe('a secure run that cannot be', () => {
  /** Of party 2, whose options are altered; nothing that it sends is counted but its farewell. */
  async function refusal(change: (options: SecureRunOptions) => Partial<SecureRunOptions>) {
    const simulation = new Simulation(3);
    const results = await runBanks({
      graphs,
      keys,
      simulation,
      alter: (options, party) => (party === 2 ? { ...options, ...change(options) } : options),
    });
    const [first, own, third] = results.map((result) =>
      result.status === 'rejected' ? (result.reason as Error) : undefined,
    );
    for (const other of [first, third]) {
      expect(other).toBeInstanceOf(ProtocolAbort);
      expect((other as ProtocolAbort).blame).toEqual([]);
    }
    return { own, sent: simulation.sent.filter((m) => m.from === 2) };
  }

  const withParameters = (change: Partial<RunParameters>) => (options: SecureRunOptions) => ({
    parameters: { ...options.parameters, ...change },
  });

  it.for<[string, (options: SecureRunOptions) => Partial<SecureRunOptions>, RegExp]>([
    ['parameters out of range', withParameters({ iterations: -1 }), /iterations must be a whole number/],
    ['too many iterations for the key', withParameters({ iterations: 40 }), /at most 8 iterations/],
    ['more periods than there are', withParameters({ periods: 2 }), /covers 2 periods, but the dataset of B has 1/],
    ['the dataset of another bank', () => ({ graph: graphs[0] as BankGraph }), /belongs to the bank A, not to B/],
    ['the key of another bank', () => ({ share: keys[0] as KeyShare }), /belongs to other banks/],
    ['the key of more banks', () => ({ share: dealKey(4, 512)[1] as KeyShare }), /belongs to other banks/],
    [
      'two banks of one name',
      ({ members }) => ({ members: members.map((member) => ({ ...member, name: 'B' })) }),
      /same name/,
    ],
  ])('for %s is refused before anything is sent', async ([, change, text]) => {
    const { own, sent } = await refusal(change);
    expect(own).toBeInstanceOf(ParameterError);
    expect(own?.message).toMatch(text);
    expect(sent).toEqual([]);
  });

  it('with another key of the same banks does not come about, and accuses nobody', async () => {
    const other = dealKey(3, 512);
    const { own } = await refusal(() => ({ share: other[1] as KeyShare }));
    expect(own).toMatchObject({ code: 'deadline', blame: [] });
  });

  it('because a bank announces an account with two billion senders ends alike at the others', async () => {
    const boast: Fault = (m) => {
      if (m.from === 3 && m.round === 'approval') {
        return [{ ...m, body: m.body.map((byte, i) => (i >= 69 && i < 73 ? [0, 0, 0, 128][i - 69] : byte) as number) }];
      }
      if (m.from === 3 && m.round === 'approval/echo') return [];
      const digest = m.round === 'approval/echo' && m.from === 1 && m.to === 2;
      return digest ? [m, { ...m, from: 3 }, { ...m, from: 3, to: 1 }] : [m];
    };
    const results = await runBanks({ graphs, keys, parameters: { iterations: 8 }, fault: boast });
    for (const i of [0, 1]) {
      const reason = (results[i] as PromiseRejectedResult).reason as Error;
      expect(reason).toBeInstanceOf(ParameterError);
      expect(reason.message).toMatch(/8 iterations .* do not fit a 512-bit key: at most 4/);
    }
  });

  it('of two banks is refused with the reason', async () => {
    const results = await runBanks({ graphs: graphs.slice(0, 2), keys: dealKey(2, 512) });
    for (const result of results) expect(result).toMatchObject({ reason: { name: 'ParameterError' } });
    expect(String((results[0] as PromiseRejectedResult).reason)).toMatch(/no honest majority/);
  });

  it('because one bank wants other parameters ends at all of them, and blames nobody', async () => {
    for (const different of [1, 2, 3]) {
      const results = await runBanks({
        graphs,
        keys,
        alter: (options, party) =>
          party === different ? { ...options, ...withParameters({ iterations: 1 })(options) } : options,
      });
      for (const result of results) {
        const abort = (result as PromiseRejectedResult).reason as ProtocolAbort;
        expect(abort.code === 'peer-aborted' ? abort.reason : abort.code).toBe('parameters-differ');
        expect(abort.blame).toEqual([]);
      }
    }
  });

  it('go on because a user stopped it ends at all banks in whatever stage, and names who stopped', async () => {
    for (const stage of ['agree on the run', 'find common accounts', 'iteration 1 of 2: encrypt', 'decrypt in part']) {
      const controller = new AbortController();
      const results = await runBanks({
        graphs,
        keys,
        alter: (options, party) =>
          party === 2
            ? {
                ...options,
                signal: controller.signal,
                onProgress: (progress) => {
                  if (progress.stage === stage) controller.abort();
                },
              }
            : options,
      });
      expect(results[1], stage).toMatchObject({ reason: { code: 'cancelled', blame: [2] } });
      for (const i of [0, 2]) expect(results[i], stage).toMatchObject({ status: 'rejected', reason: { blame: [] } });
      expect(results[0]).toMatchObject({ reason: { code: 'peer-aborted', by: 2, reason: 'cancelled' } });
    }
  });
});
