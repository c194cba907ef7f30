import { format } from 'prettier';
import type { Account, Dataset, Transfer, UnlistedRule } from '../../src/core/datasets/dataset.ts';
import { propagateExactly, toDecimal } from '../support/exact-reference.ts';
import type { PropagationCase } from './propagation-cases.ts';

/** A propagation and its exact result, as kept in a file. */
export interface PropagationVector {
  readonly description: string;
  readonly parameters: PropagationCase['parameters'];
  readonly unlisted: UnlistedRule;
  readonly banks: readonly {
    readonly bank: string;
    /** [id, initial score] */
    readonly accounts: readonly (readonly [string, number])[];
    /** Per period: [source bank, source id, destination bank, destination id, amount in hundredths] */
    readonly periods: readonly (readonly (readonly [string, string, string, string, string])[])[];
  }[];
  /** Per bank: [id, final score rounded down to 30 decimal places] */
  readonly expected: Readonly<Record<string, readonly (readonly [string, string])[]>>;
}

const PLACES = 30;

/** The content of the file that keeps `given` and its exact result. */
export async function writeVector(given: PropagationCase): Promise<string> {
  const { description, parameters, unlisted, datasets } = given;
  const exact = propagateExactly(datasets, unlisted, parameters);
  const vector: PropagationVector = {
    description,
    parameters,
    unlisted,
    banks: datasets.map(({ bank, accounts, periods }) => ({
      bank,
      accounts: accounts.map(({ id, score }) => [id, score] as const),
      periods: periods.map((rows) => rows.map(writeTransfer)),
    })),
    expected: Object.fromEntries(
      [...exact].map(([bank, scores]) => [
        bank,
        [...scores].map(([id, score]) => [id, toDecimal(score, PLACES)] as const),
      ]),
    ),
  };
  return format(JSON.stringify(vector), { parser: 'json', printWidth: 120 });
}

function writeTransfer({ source, destination, amount }: Transfer): [string, string, string, string, string] {
  return [source.bank, source.id, destination.bank, destination.id, String(amount)];
}

/** The datasets of a vector. */
export function readDatasets({ banks }: PropagationVector): Dataset[] {
  return banks.map(({ bank, accounts, periods }) => ({
    bank,
    accounts: accounts.map(([id, score]): Account => ({ id, score })),
    periods: periods.map((rows) =>
      rows.map(([sourceBank, sourceId, destinationBank, destinationId, amount]) => ({
        source: { bank: sourceBank, id: sourceId },
        destination: { bank: destinationBank, id: destinationId },
        amount: BigInt(amount),
      })),
    ),
  }));
}
