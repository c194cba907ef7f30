import { describe, expect, test } from 'vitest';
import { buildBankGraph } from '../../src/core/datasets/build-bank-graph.ts';
import type { Dataset, Transfer, UnlistedRule } from '../../src/core/datasets/dataset.ts';
import { ParameterError } from '../../src/core/errors.ts';
import { propagateInTheClear } from '../../src/core/propagation/reference.ts';
import type { PropagationParameters } from '../../src/core/propagation/reference.ts';
import { loadTno, tnoDataNote, tnoDataPresent, tnoNames } from '../support/tno-data.ts';

const HALF = { delta: { kind: 'constant', value: 0.5 }, iterations: 1, periods: 1, unknownSenders: 'exclude' } as const;

/** `A:a -> B:b` with an amount in hundredths. */
function transfer(from: string, to: string, amount: bigint): Transfer {
  const [sourceBank = '', sourceId = ''] = from.split(':');
  const [destinationBank = '', destinationId = ''] = to.split(':');
  return {
    source: { bank: sourceBank, id: sourceId },
    destination: { bank: destinationBank, id: destinationId },
    amount,
  };
}

function dataset(bank: string, scores: Record<string, number>, ...periods: Transfer[][]): Dataset {
  return { bank, accounts: Object.entries(scores).map(([id, score]) => ({ id, score })), periods };
}

function scoresOf(
  datasets: Dataset[],
  parameters: PropagationParameters,
  rule: UnlistedRule = { kind: 'exclude' },
): Record<string, number[]> {
  const graphs = datasets.map((data) => buildBankGraph(data, rule).graph);
  return Object.fromEntries([...propagateInTheClear(graphs, parameters)].map(([bank, s]) => [bank, [...s]]));
}

describe('plaintext propagation', () => {
  test('an account moves by δ towards the amount-weighted mean of its senders', () => {
    const a = dataset('A', { a: 0.2, b: 1, c: 0.5 }, [transfer('A:b', 'A:a', 300n), transfer('A:c', 'A:a', 100n)]);
    const scores = scoresOf([a], { ...HALF, delta: { kind: 'constant', value: 0.4 } });
    expect(scores.A?.[0]).toBeCloseTo(0.6 * 0.2 + 0.4 * ((3 * 1 + 0.5) / 4), 15);
  });

  test('an account without senders keeps (1 − δ) of its score', () => {
    expect(scoresOf([dataset('A', { a: 0.8 }, [])], { ...HALF, iterations: 3 })).toEqual({ A: [0.1] });
  });

  test('a transfer to oneself is an edge like any other', () => {
    const a = dataset('A', { a: 0.8, b: 0 }, [transfer('A:a', 'A:a', 100n), transfer('A:b', 'A:a', 100n)]);
    expect(scoresOf([a], HALF)).toEqual({ A: [0.6000000000000001, 0] });
  });

  test('scores pass from bank to bank, each bank using the scores of the iteration before', () => {
    const there = transfer('A:a', 'B:b', 100n);
    const onward = transfer('B:b', 'C:c', 100n);
    const banks = [
      dataset('A', { a: 1 }, [there]),
      dataset('B', { b: 0 }, [there, onward]),
      dataset('C', { c: 0 }, [onward]),
    ];
    expect(scoresOf(banks, HALF)).toEqual({ A: [0.5], B: [0.5], C: [0] });
    expect(scoresOf(banks, { ...HALF, iterations: 2 })).toEqual({ A: [0.25], B: [0.5], C: [0.25] });
  });

  test('periods follow each other with their own edges, and a decaying δ restarts in each', () => {
    const a = dataset('A', { a: 0, b: 1 }, [transfer('A:b', 'A:a', 1n)], [transfer('A:a', 'A:b', 1n)]);
    const decay = { kind: 'decay', a: 0.5, b: 1 } as const;
    const scores = scoresOf([a], { ...HALF, delta: decay, iterations: 2, periods: 2 });
    const afterFirst = { a: 0.75 * 0.5 + 0.25 * 0.5, b: 0.5 * 0.75 };
    const halfWay = { a: 0.5 * afterFirst.a, b: 0.5 * afterFirst.b + 0.5 * afterFirst.a };
    expect(scores.A?.[0]).toBeCloseTo(0.75 * halfWay.a, 15);
    expect(scores.A?.[1]).toBeCloseTo(0.75 * halfWay.b + 0.25 * halfWay.a, 15);
  });

  describe('a sender without a known score', () => {
    const own = transfer('A:b', 'A:a', 100n);
    const foreign = transfer('B:x', 'A:a', 300n);
    const receiver = dataset('A', { a: 0, b: 1 }, [own, foreign]);

    test('is left out of the total under exclude, and counts with score 0 under zero', () => {
      expect(scoresOf([receiver], HALF).A?.[0]).toBe(0.5);
      expect(scoresOf([receiver], { ...HALF, unknownSenders: 'zero' }).A?.[0]).toBe(0.125);
    });

    test('is one whose bank lists it and does not report any transfer of it to the receiver’s bank', () => {
      const silent = dataset('B', { x: 1 }, [transfer('B:x', 'C:c', 1n)]);
      expect(scoresOf([receiver, silent], HALF).A?.[0]).toBe(0.5);
    });

    test('is one that its bank does not list', () => {
      expect(scoresOf([receiver, dataset('B', {}, [foreign])], HALF).A?.[0]).toBe(0.5);
    });

    test('is known where its bank reports any transfer of it to the receiver’s bank in the period', () => {
      const serving = dataset('B', { x: 1 }, [transfer('B:x', 'A:other', 5n)]);
      expect(scoresOf([receiver, serving], { ...HALF, unknownSenders: 'zero' }).A?.[0]).toBe(0.5);
    });

    test('is known in those periods only in which its bank reports it', () => {
      const late = dataset('B', { x: 1 }, [], [foreign]);
      const twice = dataset('A', { a: 0, b: 0 }, [foreign], [foreign]);
      expect(scoresOf([twice, late], { ...HALF, periods: 1 }).A).toEqual([0, 0]);
      expect(scoresOf([twice, late], { ...HALF, periods: 2 }).A).toEqual([0.25, 0]);
    });

    test('is an account of the own bank that is not listed', () => {
      const a = dataset('A', { a: 0, b: 1 }, [own, transfer('A:ghost', 'A:a', 100n)]);
      expect(scoresOf([a], HALF).A?.[0]).toBe(0.5);
      expect(scoresOf([a], { ...HALF, unknownSenders: 'zero' }).A?.[0]).toBe(0.25);
      expect(scoresOf([a], HALF, { kind: 'score', score: 0.5 }).A).toEqual([0.375, 0.5, 0.25]);
    });
  });

  test('the same id at two banks is two accounts', () => {
    const foreign = transfer('B:a', 'A:b', 100n);
    const banks = [dataset('A', { a: 0, b: 0 }, [foreign]), dataset('B', { a: 1 }, [foreign])];
    expect(scoresOf(banks, HALF).A).toEqual([0, 0.5]);
  });

  test('repeated transfers count with their sum', () => {
    const once = dataset('A', { a: 0, b: 1, c: 0 }, [transfer('A:b', 'A:a', 200n), transfer('A:c', 'A:a', 100n)]);
    const twice = dataset('A', { a: 0, b: 1, c: 0 }, [
      transfer('A:b', 'A:a', 100n),
      transfer('A:c', 'A:a', 100n),
      transfer('A:b', 'A:a', 100n),
    ]);
    expect(scoresOf([twice], HALF)).toEqual(scoresOf([once], HALF));
  });

  test('more periods than the data has are refused', () => {
    expect(() => scoresOf([dataset('A', { a: 1 }, [])], { ...HALF, periods: 2 })).toThrow(ParameterError);
  });
});

describe.skipIf(!tnoDataPresent)(`published scores of TNO's risk propagation${tnoDataNote}`, () => {
  test.each(tnoNames)('the reference finds those of %s to 1e-12', async (name) => {
    const { banks, expected } = await loadTno(name);
    expect(expected).toHaveLength(5);
    for (const { label, scores, ...parameters } of expected) {
      const graphs = banks.map((bank) => bank.graph);
      const found = propagateInTheClear(graphs, { ...parameters, unknownSenders: 'exclude' });
      const byId = new Map(graphs.flatMap((graph) => graph.ids.map((id, j) => [id, found.get(graph.bank)?.[j]])));
      expect(byId.size).toBe(scores.size);
      for (const [id, score] of scores) {
        expect(Math.abs((byId.get(id) as number) - score), `${label}, account ${id}`).toBeLessThan(1e-12);
      }
    }
  });
});
