import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeFiles } from '../../example_data/generator/files.ts';
import { propagateInTheClear } from '../../src/core/propagation/reference.ts';
import type { BankData } from '../../src/main/datasets/read-bank.ts';
import { readDataFolder } from '../../src/main/datasets/read-data-folder.ts';
import { propagateExactly } from '../support/exact-reference.ts';

const FOLDER = new URL('../../example_data/', import.meta.url);
const THRESHOLD = 0.6;
/** The demo's default parameters. */
const PARAMETERS = {
  delta: { kind: 'constant', value: 0.5 },
  iterations: 3,
  periods: 4,
  unknownSenders: 'exclude',
} as const;

/** Rows of a file without quotes, by column. */
function rowsOf(file: string): Record<string, string>[] {
  const [header = '', ...lines] = readFileSync(new URL(file, FOLDER), 'utf8').trimEnd().split('\n');
  const columns = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, c) => [columns[c] as string, cell])));
}

type Scores = ReadonlyMap<string, number>;

function propagate(banks: readonly BankData[]): Scores {
  const scores = propagateInTheClear(
    banks.map((bank) => bank.graph),
    PARAMETERS,
  );
  return new Map(
    banks.flatMap(({ name, graph }) => graph.ids.map((id, j) => [`${name}/${id}`, scores.get(name)?.[j] as number])),
  );
}

let banks: BankData[];
let joint: Scores;
let alone: Scores;
let initial: Scores;
const truth = rowsOf('truth.csv');
const planted = new Set(truth.map((row) => `${String(row.bank)}/${String(row.id)}`));

beforeAll(async () => {
  const data = await readDataFolder(fileURLToPath(FOLDER), { unlisted: { kind: 'fault' } });
  banks = data.banks;
  expect(data.warnings).toEqual([]);
  joint = propagate(banks);
  alone = new Map(banks.flatMap((bank) => [...propagate([bank])]));
  initial = new Map(
    banks.flatMap(({ name, dataset }) => dataset.accounts.map(({ id, score }) => [`${name}/${id}`, score])),
  );
});

describe('the example data', () => {
  test('are what the generator writes, to the last byte and the last file', () => {
    const { files } = makeFiles();
    const kept = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('generator'))
      .map((entry) => `${entry.parentPath.slice(fileURLToPath(FOLDER).length)}/${entry.name}`.replace(/^\//, ''));
    expect(kept.sort()).toEqual([...files.keys()].sort());
    for (const [name, content] of files) expect(readFileSync(new URL(name, FOLDER), 'utf8'), name).toBe(content);
  });

  test('are three banks of 400 accounts with four weeks of 400 to 600 different transfers each, and no warnings', () => {
    expect(banks.map(({ name, graph, warnings }) => [name, graph.ids.length, graph.periods.length, warnings])).toEqual(
      ['Alderbrook', 'Northmere', 'Quillhaven'].map((name) => [name, 400, 4, []]),
    );
    for (const { dataset } of banks) {
      for (const rows of dataset.periods) {
        const pairs = new Set(rows.map(({ source, destination }) => `${source.id} ${destination.id}`));
        expect(pairs.size).toBeGreaterThan(400);
        expect(pairs.size).toBeLessThan(600);
      }
    }
  });

  test('keep about seven transfers in ten inside a bank', () => {
    const made = banks.flatMap(({ name, dataset }) => dataset.periods.flat().filter((row) => row.source.bank === name));
    const inside = made.filter(({ source, destination }) => source.bank === destination.bank);
    expect(inside.length / made.length).toBeGreaterThan(0.65);
    expect(inside.length / made.length).toBeLessThan(0.75);
  });

  test('give a high initial score to the starts of trails alone', () => {
    const starts = new Set(
      truth.filter((row) => row.role === 'start').map((row) => `${String(row.bank)}/${String(row.id)}`),
    );
    expect(starts.size).toBe(16);
    for (const [account, score] of initial) {
      if (starts.has(account)) expect(score).toBeGreaterThan(0.8);
      else expect(score).toBeLessThanOrEqual(0.4);
    }
  });
});

describe('expected.csv', () => {
  test('lists every account with the score that the reference finds from the files, to twelve digits', () => {
    const rows = rowsOf('expected.csv');
    expect(rows).toHaveLength(1200);
    for (const { bank, id, initial_score, expected_score } of rows) {
      const account = `${String(bank)}/${String(id)}`;
      expect(Number(initial_score)).toBe(initial.get(account));
      expect(expected_score).toBe(joint.get(account)?.toPrecision(12));
    }
  });

  test('comes from a reference that agrees with exact fractions over the first week', () => {
    const week = { ...PARAMETERS, periods: 1 };
    const exact = propagateExactly(
      banks.map((bank) => bank.dataset),
      { kind: 'fault' },
      week,
    );
    const scores = propagateInTheClear(
      banks.map((bank) => bank.graph),
      week,
    );
    for (const { name, graph } of banks) {
      for (const [j, id] of graph.ids.entries()) {
        const { numerator, denominator } = exact.get(name)?.get(id) ?? { numerator: -1n, denominator: 1n };
        const expected = Number((numerator * 10n ** 20n) / denominator) / 1e20;
        expect(Math.abs((scores.get(name)?.[j] as number) - expected)).toBeLessThan(1e-14);
      }
    }
  });
});

describe('every planted trail is in the transfers of every week:', () => {
  /** Hundredths by `sender receiver`, of both banks' files together. */
  const flowsOf = (week: number): Map<string, number> => {
    const flows = new Map<string, number>();
    for (const { name, dataset } of banks) {
      for (const { source, destination, amount } of dataset.periods[week] ?? []) {
        if (source.bank !== name) continue;
        const pair = `${source.bank}/${source.id} ${destination.bank}/${destination.id}`;
        flows.set(pair, (flows.get(pair) ?? 0) + Number(amount));
      }
    }
    return flows;
  };

  interface Cast {
    readonly starts: string[];
    readonly others: string[];
    readonly gatherer: string | undefined;
    /** Whether the first paid the second at least 4,000. */
    readonly pays: (from: string, to: string) => boolean;
  }

  const trails = [...new Map(truth.map((row) => [row.trail as string, row.pattern as string]))];

  function castOf(trail: string, week: number): Cast {
    const members = truth.filter((row) => row.trail === trail);
    const withRole = (...roles: string[]): string[] =>
      members.filter((row) => roles.includes(row.role as string)).map((row) => `${String(row.bank)}/${String(row.id)}`);
    const flows = flowsOf(week);
    const pays = (from: string, to: string): boolean => (flows.get(`${from} ${to}`) ?? 0) >= 400_000;
    return { starts: withRole('start'), others: withRole('mule', 'layer'), gatherer: withRole('gatherer')[0], pays };
  }

  /** How many hops from the starts to each account that the trail's money reaches. */
  function hops({ starts, others, pays }: Cast): Map<string, number> {
    const depth = new Map(starts.map((start) => [start, 0]));
    for (const [account, hop] of depth) {
      for (const next of others) if (!depth.has(next) && pays(account, next)) depth.set(next, hop + 1);
    }
    return depth;
  }

  const checks: Readonly<Record<string, (cast: Cast) => void>> = {
    'fan-out': (cast) => {
      expect(cast.others.length).toBeGreaterThanOrEqual(8);
      expect(cast.others.every((mule) => hops(cast).get(mule) === 1)).toBe(true);
    },
    layering: (cast) => {
      expect(Math.max(...hops(cast).values())).toBe(4);
      expect(hops(cast).size).toBe(cast.starts.length + cast.others.length);
      for (const layer of cast.others) {
        const sender = [...cast.starts, ...cast.others].find((account) => cast.pays(account, layer));
        expect(sender?.split('/')[0]).not.toBe(layer.split('/')[0]);
      }
    },
    cycle: (cast) => {
      const depth = hops(cast);
      expect(depth.size).toBe(cast.starts.length + cast.others.length);
      const last = cast.others.find((layer) => depth.get(layer) === cast.others.length) as string;
      expect(cast.starts.some((start) => cast.pays(last, start))).toBe(true);
    },
    'scatter-gather': (cast) => {
      expect(cast.others.length).toBeGreaterThanOrEqual(5);
      for (const mule of cast.others) {
        expect(hops(cast).get(mule)).toBe(1);
        expect(cast.pays(mule, cast.gatherer as string)).toBe(true);
      }
    },
  };

  test('there are two of each of four patterns', () => {
    const patterns = trails.map(([, pattern]) => pattern);
    expect(patterns.sort()).toEqual(
      Object.keys(checks)
        .flatMap((pattern) => [pattern, pattern])
        .sort(),
    );
  });

  test.each(trails)('%s, a %s', (trail, pattern) => {
    for (const week of [0, 1, 2, 3]) {
      const cast = castOf(trail, week);
      for (const [index, start] of cast.starts.entries()) {
        expect(cast.pays(start, cast.starts[(index + 1) % cast.starts.length] as string)).toBe(true);
      }
      checks[pattern]?.(cast);
      expect(new Set([...cast.starts, ...cast.others].map((account) => account.split('/')[0])).size).toBeGreaterThan(1);
    }
  });
});

describe('the joint computation', () => {
  const flagged = (scores: Scores): string[] =>
    [...scores].filter(([, s]) => s >= THRESHOLD).map(([account]) => account);

  test('flags at least four times as many planted accounts as the banks alone, and most of them', () => {
    const jointly = flagged(joint).filter((account) => planted.has(account)).length;
    const separately = flagged(alone).filter((account) => planted.has(account)).length;
    expect(jointly).toBeGreaterThanOrEqual(4 * separately);
    expect(jointly).toBeGreaterThan(0.85 * planted.size);
  });

  test('flags few others, and only receivers of money from a planted account in the last week', () => {
    const others = flagged(joint).filter((account) => !planted.has(account));
    expect(others.length).toBeLessThanOrEqual(5);
    const lastWeek = banks.flatMap((bank) => bank.dataset.periods[3] ?? []);
    for (const account of others) {
      const senders = lastWeek
        .filter(({ destination }) => `${destination.bank}/${destination.id}` === account)
        .map(({ source }) => `${source.bank}/${source.id}`);
      expect(senders.some((sender) => planted.has(sender))).toBe(true);
    }
  });
});
