import { describe, expect, it } from 'vitest';
import { Writer } from '../../src/core/bytes/encoding.ts';
import { toHex } from '../../src/core/bytes/hex.ts';
import { ProtocolAbort } from '../../src/core/errors.ts';
import { runSession } from '../../src/core/network/session.ts';
import { PROTOCOL_VERSION } from '../../src/core/params.ts';
import {
  agreeOnRun,
  negotiationId,
  type AgreedRun,
  type Approval,
  type RunProposal,
} from '../../src/core/run/proposal.ts';
import { defaultParameters } from '../support/secure-banks.ts';
import { Simulation, type Fault } from '../support/simulation.ts';

const fill = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const proposal: RunProposal = {
  parameters: defaultParameters,
  keyId: fill(1),
  members: [fill(2), fill(3), fill(4)],
  nonce: fill(5),
};
const approvalOf = (party: number): Approval => ({
  ...(party === 3
    ? { role: 'helper', accounts: 0, maxDegree: 1 }
    : { role: 'contributor', accounts: 10 * party, maxDegree: 2 ** party }),
  commitment: fill(party),
  software: `riskweave ${String(party)}`,
});

interface Wish {
  readonly fault?: Fault;
  readonly own?: (party: number) => RunProposal;
  readonly approval?: (party: number) => Approval;
}

/** Bank 1 proposes. */
function agree({ fault, own = () => proposal, approval = approvalOf }: Wish = {}) {
  const simulation = new Simulation(3, fault);
  const id = negotiationId(proposal.keyId, proposal.members, proposal.nonce);
  const results = simulation.all((link) =>
    runSession(link.open(id), { id, clock: simulation.clock, roundMs: 1000 }, (session) =>
      agreeOnRun(session, 1, own(link.self), approval(link.self)),
    ),
  );
  return { results, simulation };
}

const valuesOf = (results: readonly PromiseSettledResult<AgreedRun>[]): AgreedRun[] =>
  results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });

const abortsOf = (results: readonly PromiseSettledResult<AgreedRun>[]): ProtocolAbort[] =>
  results.flatMap((result) => (result.status === 'rejected' ? [result.reason as ProtocolAbort] : []));

describe('agreeing on a run', () => {
  it('gives all banks the same session and everybody’s approval', async () => {
    const agreed = valuesOf(await agree().results);
    expect(new Set(agreed.map(({ sessionId }) => toHex(sessionId))).size).toBe(1);
    for (const { approvals } of agreed) expect(approvals).toEqual([1, 2, 3].map(approvalOf));
  });

  it('gives another session for whatever an approval or the proposal changes', async () => {
    const change = (altered: Partial<Approval>) => (party: number) => ({
      ...approvalOf(party),
      ...(party === 2 ? altered : {}),
    });
    const approvals = [
      { role: 'helper', accounts: 0, maxDegree: 1 },
      { commitment: fill(9) },
      { accounts: 21 },
      { maxDegree: 8 },
      { software: '' },
    ];
    const proposals: Partial<RunProposal>[] = [
      { parameters: { ...proposal.parameters, iterations: 3 } },
      { keyId: fill(8) },
      { nonce: fill(8) },
      { members: [fill(2), fill(4), fill(3)] },
    ];
    const wishes: Wish[] = [
      {},
      ...approvals.map((altered) => ({ approval: change(altered as Partial<Approval>) })),
      ...proposals.map((altered) => ({ own: () => ({ ...proposal, ...altered }) })),
    ];
    const ids: string[] = [];
    for (const wish of wishes) {
      const [agreed] = valuesOf(await agree(wish).results);
      ids.push(toHex(agreed?.sessionId as Uint8Array));
    }
    expect(new Set(ids).size).toBe(wishes.length);
  });

  it.for(['proposal', 'approval'])('does not survive a change of any byte of the %s', async (round) => {
    const sent = agree();
    await sent.results;
    const { body } = sent.simulation.sent.find((m) => m.round === round && m.from === 1 && m.to === 2) as {
      body: Uint8Array;
    };
    for (let at = 0; at < body.length; at++) {
      const fault: Fault = (m) =>
        m.round === round && m.from === 1 && m.to === 2
          ? [{ ...m, body: m.body.map((byte, i) => (i === at ? byte ^ 1 : byte)) }]
          : [m];
      const results = await agree({ fault }).results;
      const reason = results[1]?.status === 'rejected' ? (results[1].reason as unknown) : undefined;
      expect(reason, `byte ${String(at)}`).toBeInstanceOf(ProtocolAbort);
      for (const abort of abortsOf(results)) expect(abort.blame.filter((party) => party !== 1)).toEqual([]);
    }
  });

  it('ends where one bank wants something else, at all of them, and blames nobody', async () => {
    const own = (party: number): RunProposal =>
      party === 2 ? { ...proposal, parameters: { ...proposal.parameters, precisionBits: 16 } } : proposal;
    const aborts = abortsOf(await agree({ own }).results);
    expect(aborts).toHaveLength(3);
    for (const abort of aborts) {
      expect(abort.code === 'peer-aborted' ? abort.reason : abort.code).toBe('parameters-differ');
      expect(abort.blame).toEqual([]);
    }
  });

  it.for([
    ['a role that there is not', 32, Uint8Array.of(2), 'not-canonical', 'role'],
    ['a hundred million accounts and one', 65, Uint8Array.of(1, 225, 245, 5), 'out-of-range', 'accounts'],
    ['a degree of 0', 69, Uint8Array.of(0, 0, 0, 0), 'not-canonical', 'degree'],
    ['a degree that is no power of two', 69, Uint8Array.of(6, 0, 0, 0), 'not-canonical', 'degree'],
    ['the role of a helper and accounts', 65, Uint8Array.of(1, 0, 0, 0), 'not-canonical', 'helper'],
    ['the role of a helper and senders', 69, Uint8Array.of(2, 0, 0, 0), 'not-canonical', 'helper'],
    ['software of 201 bytes', 73, Uint8Array.of(201, 0, 0, 0), 'too-large', 'software'],
  ] as const)('ends and blames a bank that approves with %s', async ([, at, bytes, code, field]) => {
    const put = (body: Uint8Array): Uint8Array => {
      const changed = new Uint8Array(body);
      changed.set(bytes, at);
      return changed;
    };
    const fault: Fault = (m) => [m.round === 'approval' && m.from === 3 ? { ...m, body: put(m.body) } : m];
    for (const result of (await agree({ fault }).results).slice(0, 2)) {
      expect(result).toMatchObject({ reason: { code, blame: [3], round: 'approval', field } });
    }
  });

  it('ends and blames a proposer that speaks another version', async () => {
    const other = PROTOCOL_VERSION.replace('1', '2');
    const fault: Fault = (m) => {
      if (m.round !== 'proposal') return [m];
      const rest = m.body.subarray(new Writer().text(PROTOCOL_VERSION).done().length);
      return [{ ...m, body: new Writer().text(other).raw(rest).done() }];
    };
    const results = await agree({ fault }).results;
    expect(results[1]).toMatchObject({ reason: { code: 'parameters-differ', blame: [1], field: 'version' } });
  });

  it('is another session for another key, other members and another nonce', () => {
    const { keyId, members, nonce } = proposal;
    const ids = [
      negotiationId(keyId, members, nonce),
      negotiationId(fill(7), members, nonce),
      negotiationId(keyId, members.slice(1), nonce),
      negotiationId(keyId, members.toReversed(), nonce),
      negotiationId(keyId, members, fill(7)),
      negotiationId(nonce, members, keyId),
    ];
    expect(new Set(ids.map(toHex)).size).toBe(ids.length);
  });
});
