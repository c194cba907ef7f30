import { describe, expect, it } from 'vitest';
import { ProtocolAbort } from '../../src/core/errors.ts';
import { batchOf, type Batch } from '../../src/core/modulus/batch.ts';
import { exchangeInPieces, PIECE_LENGTH } from '../../src/core/network/pieces.ts';
import { runSession } from '../../src/core/network/session.ts';
import { Simulation, type Fault } from '../support/simulation.ts';

const id = new Uint8Array(32).fill(3);
/** Party 1 sends longer vectors than the others; some fill pieces exactly, some not, some are empty. */
const LENGTHS = [
  [0, 2 * PIECE_LENGTH + 7, PIECE_LENGTH],
  [3, 1, 0],
  [0, PIECE_LENGTH + 1, 2],
] as const;
const lengthOf = (from: number, to: number): number => LENGTHS[from - 1]?.[to - 1] as number;
const vector = (from: number, to: number): Uint8Array =>
  Uint8Array.from({ length: lengthOf(from, to) }, (_, i) => 16 * from + to + (i % 7));

function exchange(fault?: Fault, check: (batch: Batch) => Promise<void> = () => Promise.resolve()) {
  const simulation = new Simulation(3, fault);
  const produced: string[] = [];
  const results = simulation.all((link) =>
    runSession(link.open(id), { id, clock: simulation.clock, roundMs: 1000 }, (session) =>
      exchangeInPieces(session, {
        round: 'r',
        width: 1,
        lengthTo: (party) => lengthOf(session.self, party),
        lengthFrom: (party) => lengthOf(party, session.self),
        produce: (from, to) => {
          produced.push(`${String(session.self)}: ${String(from)}`);
          return Promise.resolve((party) => batchOf(vector(session.self, party).slice(from, to), 1));
        },
        read: (reader, count) => batchOf(reader.raw(count, 'vector'), 1),
        check,
      }),
    ),
  );
  return { simulation, produced, results };
}

describe('vectors in pieces', () => {
  it('arrive whole at everybody, our own included, be they empty, full pieces or more', async () => {
    const { simulation, produced, results } = exchange();
    for (const [index, result] of (await results).entries()) {
      const batches = (result as PromiseFulfilledResult<Batch[]>).value;
      expect(batches.map((batch) => batch.bytes)).toEqual([1, 2, 3].map((from) => vector(from, index + 1)));
    }
    const rounds = simulation.sent.filter((m) => m.from === 1 && m.to === 2).map((m) => m.round);
    expect(rounds).toEqual(['r', 'r/2', 'r/3']);
    expect(produced.filter((entry) => entry.startsWith('1'))).toEqual(['1: 0', '1: 512', '1: 1024']);
    expect(simulation.sent.filter((m) => m.from === 2 && m.to === 3)).toMatchObject([{ round: 'r' }]);
  });

  it('with a short piece in the middle end the session and blame the sender', async () => {
    const cut: Fault = (m) => [m.round === 'r/2' && m.to === 2 && m.from === 3 ? { ...m, body: new Uint8Array(0) } : m];
    const [, second] = await exchange(cut).results;
    expect((second as PromiseRejectedResult).reason).toMatchObject({ code: 'wrong-length', blame: [3], round: 'r/2' });
  });

  it('of which one is missing end by the deadline', async () => {
    const [, second] = await exchange((m) => (m.round === 'r/3' ? [] : [m])).results;
    expect((second as PromiseRejectedResult).reason).toMatchObject({ code: 'deadline', blame: [], missing: [1] });
  });

  it('are checked piece by piece', async () => {
    const lengths: number[] = [];
    const { results } = exchange(undefined, (batch) => {
      lengths.push(batch.count);
      return batch.count === 7 ? Promise.reject(new ProtocolAbort('not-a-unit', { blame: [1] })) : Promise.resolve();
    });
    const [, second] = await results;
    expect((second as PromiseRejectedResult).reason).toMatchObject({ code: 'not-a-unit', blame: [1] });
    expect(lengths).toContain(PIECE_LENGTH);
  });
});
