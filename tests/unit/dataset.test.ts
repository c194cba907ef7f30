import { describe, expect, test } from 'vitest';
import { buildBankGraph } from '../../src/core/datasets/build-bank-graph.ts';
import { checkDataset } from '../../src/core/datasets/check-dataset.ts';
import type { Account, Dataset, Transfer, UnlistedRule } from '../../src/core/datasets/dataset.ts';
import { lookAlikes } from '../../src/core/datasets/look-alikes.ts';
import { lookAlikeWarnings } from '../../src/core/datasets/warnings.ts';
import { InputError, ParameterError } from '../../src/core/errors.ts';

const FAULT: UnlistedRule = { kind: 'fault' };
const EXCLUDE: UnlistedRule = { kind: 'exclude' };

function sent(source: string, destination: string, amount = 100n): Transfer {
  const [sourceBank = '', sourceId = ''] = source.split(':');
  const [destinationBank = '', destinationId = ''] = destination.split(':');
  return {
    source: { bank: sourceBank, id: sourceId },
    destination: { bank: destinationBank, id: destinationId },
    amount,
  };
}

function ours(accounts: Account[], ...periods: Transfer[][]): Dataset {
  return { bank: 'A', accounts, periods };
}

const a = { id: 'a', score: 0.1 };
const b = { id: 'b', score: 0.2 };

describe('the rules of a dataset', () => {
  test('hold for a dataset with self-loops, repeats and foreign accounts', () => {
    const transfers = [sent('A:a', 'A:a'), sent('A:a', 'B:x'), sent('A:a', 'B:x'), sent('B:x', 'A:a')];
    expect(checkDataset(ours([a, b, a], transfers), FAULT)).toEqual({ faults: [], total: 0 });
  });

  test.each([
    ['an empty id', ours([{ id: '', score: 0 }]), 'id', 'the account id is empty'],
    ['a score above 1', ours([{ id: 'a', score: 1.01 }]), 'score', 'the score 1.01 is outside [0, 1]'],
    ['a score below 0', ours([{ id: 'a', score: -0.5 }]), 'score', 'the score -0.5 is outside [0, 1]'],
    ['a score that is no number', ours([{ id: 'a', score: NaN }]), 'score', 'the score NaN is outside [0, 1]'],
    ['an amount of zero', ours([a], [sent('A:a', 'A:a', 0n)]), 'amount', 'the amount is not positive'],
    ['a negative amount', ours([a], [sent('A:a', 'A:a', -5n)]), 'amount', 'the amount is not positive'],
    ['a destination without id', ours([a], [sent('A:a', 'A:')]), 'destinationId', 'the account id is empty'],
    ['a source without bank', ours([a], [sent(':x', 'A:a')]), 'sourceBank', 'the bank name is empty'],
    [
      'a transfer between two other banks',
      ours([a], [sent('B:x', 'C:y')]),
      'sourceBank',
      'this transfer goes from "B" to "C" and does not touch "A"',
    ],
  ])('are broken by %s', (_what, dataset, field, problem) => {
    const { faults, total } = checkDataset(dataset, FAULT);
    expect(total).toBe(1);
    expect(faults[0]).toMatchObject({ place: { index: 0, field }, problem });
  });

  test('are broken by two different scores of one account, and the fault names both rows', () => {
    const { faults } = checkDataset(ours([a, b, { id: 'a', score: 0.3 }]), FAULT);
    expect(faults).toEqual([
      {
        place: { kind: 'account', index: 2, field: 'score' },
        earlier: { kind: 'account', index: 0, field: 'score' },
        problem: 'account "a" is listed twice with different scores: 0.1 before, 0.3 here',
        remedy: 'keep the row with the right score and remove the other',
      },
    ]);
  });

  test('allow ids of 100 code points, however many units each takes, and no longer ones', () => {
    const dataset = ours(
      ['€'.repeat(100), '😀'.repeat(100), '😀'.repeat(101), 'x'.repeat(300)].map((id) => ({ id, score: 0 })),
    );
    const { faults } = checkDataset(dataset, FAULT);
    expect(faults.map((fault) => fault.place)).toEqual([
      { kind: 'account', index: 2, field: 'id' },
      { kind: 'account', index: 3, field: 'id' },
    ]);
    expect(faults[0]?.problem).toBe(`the account id "${'😀'.repeat(40)}…" is too long`);
  });

  test('compare ids exactly: case, spaces and normalisation matter', () => {
    const listed = ['é', 'e\u0301', 'A', 'a', 'a '].map((id, index) => ({ id, score: index / 10 }));
    expect(checkDataset(ours(listed), FAULT).total).toBe(0);
  });

  test('are broken once by each source of ours that is not listed, with the remedy', () => {
    const transfers = [sent('A:ghost', 'A:a'), sent('A:ghost', 'B:x'), sent('A:shade', 'A:a'), sent('A:a', 'A:gone')];
    const { faults, total } = checkDataset(ours([a], [], transfers), FAULT);
    expect(total).toBe(2);
    expect(faults[0]).toMatchObject({
      place: { kind: 'transfer', period: 1, index: 0, field: 'sourceId' },
      problem: 'account "ghost" of "A" sends money but is not in the list of accounts',
    });
    expect(faults[0]?.remedy).toContain('--unlisted exclude');
    expect(faults[0]?.remedy).toContain('--unlisted SCORE');
    expect(checkDataset(ours([a], transfers), EXCLUDE).total).toBe(0);
    expect(checkDataset(ours([a], transfers), { kind: 'score', score: 0.5 }).total).toBe(0);
  });

  test('yield the first hundred faults and the number of all', () => {
    const accounts = Array.from({ length: 250 }, (_, index) => ({ id: String(index), score: 2 }));
    const { faults, total } = checkDataset(ours(accounts), FAULT);
    expect(faults).toHaveLength(100);
    expect(total).toBe(250);
  });

  test('refuse a score for unlisted accounts outside [0, 1]', () => {
    expect(() => checkDataset(ours([a]), { kind: 'score', score: 1.5 })).toThrow(ParameterError);
  });
});

describe('the graph of a bank', () => {
  test('sums repeated transfers of a period, in hundredths and without limit', () => {
    const large = (2n ** 53n - 1n) * 100n;
    const { graph } = buildBankGraph(
      ours(
        [a, b],
        [sent('A:b', 'A:a', large), sent('A:b', 'A:a', large), sent('A:a', 'A:b', 1n)],
        [sent('A:b', 'A:a', 7n)],
      ),
      FAULT,
    );
    expect(graph.periods[0]?.incoming).toEqual([
      [{ kind: 'own', source: 1, amount: 2n * large }],
      [{ kind: 'own', source: 0, amount: 1n }],
    ]);
    expect(graph.periods[1]?.incoming).toEqual([[{ kind: 'own', source: 1, amount: 7n }], []]);
  });

  test('lists foreign sources once, and serves per bank the listed accounts that send there', () => {
    const transfers = [
      sent('B:x', 'A:b', 1n),
      sent('B:x', 'A:a', 2n),
      sent('C:x', 'A:a', 3n),
      sent('A:b', 'C:z'),
      sent('A:b', 'B:x'),
      sent('A:a', 'B:y'),
      sent('A:a', 'B:x'),
      sent('A:ghost', 'B:x'),
    ];
    const { graph } = buildBankGraph(ours([a, b], transfers), EXCLUDE);
    expect(graph.periods[0]?.foreignSources).toEqual([
      { bank: 'B', id: 'x' },
      { bank: 'C', id: 'x' },
    ]);
    expect(graph.periods[0]?.incoming).toEqual([
      [
        { kind: 'foreign', source: 0, amount: 2n },
        { kind: 'foreign', source: 1, amount: 3n },
      ],
      [{ kind: 'foreign', source: 0, amount: 1n }],
    ]);
    expect([...(graph.periods[0]?.serves ?? [])]).toEqual([
      ['C', [1]],
      ['B', [0, 1]],
    ]);
  });

  test('leaves unlisted accounts out with a warning, and keeps them as senders without a score', () => {
    const transfers = [
      sent('A:ghost', 'A:a', 5n),
      sent('A:ghost', 'A:a', 5n),
      sent('B:x', 'A:gone'),
      sent('A:ghost', 'B:x'),
    ];
    const { graph, warnings } = buildBankGraph(ours([a], transfers), EXCLUDE);
    expect(graph.ids).toEqual(['a']);
    expect(graph.periods[0]).toEqual({
      incoming: [[{ kind: 'unknown', source: -1, amount: 10n }]],
      foreignSources: [],
      serves: new Map(),
    });
    expect(warnings).toEqual([
      {
        kind: 'unlisted',
        message:
          '2 accounts occur in transfers but not in the list of accounts, left out of the result: "ghost", "gone"',
        ids: ['ghost', 'gone'],
      },
    ]);
  });

  test('leaves out an account that only receives even where unlisted sources are faults', () => {
    const { graph, warnings } = buildBankGraph(ours([a], [sent('A:a', 'A:gone')]), FAULT);
    expect(graph.ids).toEqual(['a']);
    expect(warnings.map((warning) => warning.ids)).toEqual([['gone']]);
  });

  test('gives unlisted accounts the chosen score', () => {
    const transfers = [sent('A:ghost', 'A:a'), sent('A:a', 'A:gone')];
    const { graph, warnings } = buildBankGraph(ours([a], transfers), { kind: 'score', score: 0.75 });
    expect(graph.ids).toEqual(['a', 'ghost', 'gone']);
    expect([...graph.scores]).toEqual([0.1, 0.75, 0.75]);
    expect(graph.periods[0]?.incoming[0]).toEqual([{ kind: 'own', source: 1, amount: 100n }]);
    expect(warnings[0]?.message).toContain('given the score 0.75');
  });

  test('counts an account listed twice with one score once, with a warning', () => {
    const { graph, warnings } = buildBankGraph(ours([a, b, a]), FAULT);
    expect(graph.ids).toEqual(['a', 'b']);
    expect(warnings).toEqual([
      {
        kind: 'repeated-account',
        message: '1 account is listed more than once with the same score, counted once: "a"',
        ids: ['a'],
      },
    ]);
  });

  test('is not built from a dataset that breaks a rule', () => {
    const broken = ours([a], [], [sent('A:a', 'A:a'), sent('A:ghost', 'A:a')]);
    expect(() => buildBankGraph(broken, FAULT)).toThrow(InputError);
    try {
      buildBankGraph(broken, FAULT);
    } catch (error) {
      expect((error as InputError).faults).toMatchObject([{ file: 'A: transfers 2', line: 2, column: 'sourceId' }]);
    }
  });
});

describe('look-alike ids', () => {
  test('are found by normalisation, compatibility forms, case, spaces and invisible characters', () => {
    const ids = [
      'NL 01',
      'nl01',
      'x',
      'é',
      'e\u0301',
      'É',
      'ﬁ',
      'fi',
      'y\u200b',
      'y',
      'straße',
      'STRASSE',
      'Ⅷ',
      'viii',
    ];
    expect(lookAlikes(ids)).toEqual([
      ['NL 01', 'nl01'],
      ['é', 'e\u0301', 'É'],
      ['ﬁ', 'fi'],
      ['y\u200b', 'y'],
      ['straße', 'STRASSE'],
      ['Ⅷ', 'viii'],
    ]);
  });

  test('are not the same id twice, and not ids that differ otherwise', () => {
    expect(lookAlikes(['a', 'a', 'b', 'á', 'a-', 'O', '0'])).toEqual([]);
  });

  test('are warned about in one dataset, its accounts at other banks and names of banks included', () => {
    const transfers = [sent('A:a', 'B:x'), sent('B:X', 'A:a'), sent('b:x', 'A:A')];
    const { warnings } = buildBankGraph(ours([a, { id: 'A', score: 0 }], transfers), FAULT);
    expect(warnings.map(({ kind, ids }) => [kind, ids])).toEqual([
      ['look-alike-banks', ['B', 'b']],
      ['look-alike-ids', ['a', 'A']],
      ['look-alike-ids', ['x', 'X']],
    ]);
    expect(warnings[1]?.message).toBe(
      'Accounts of "A" differ only by spaces, case or Unicode normalisation and count as different: "a", "A"',
    );
  });

  test('are warned about where two banks write one account differently', () => {
    const receiver = ours([a], [sent('B: x', 'A:a')]);
    const sender = { bank: 'B', accounts: [{ id: 'x', score: 1 }], periods: [[sent('B:x', 'A:a')]] };
    expect(lookAlikeWarnings([receiver])).toEqual([]);
    expect(lookAlikeWarnings([receiver, sender]).map(({ ids }) => ids)).toEqual([[' x', 'x']]);
  });
});
