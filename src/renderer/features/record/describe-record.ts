import type { Delta, RunParameters } from '../../../core/run/parameters.ts';
import type { RecordedParty, RunRecord } from '../../../core/run/record.ts';
import type { BankEntry, Fact, RecordContents, StageDuration } from './verdict.ts';

/** A record's contents in the words of the product; figures that only experts compare come under `technical`. */
export function describeRecord(record: RunRecord, banks: readonly BankEntry[]): RecordContents {
  return {
    banks,
    parameters: parameterFacts(record.parameters),
    durations: longestDurations(record),
    technical: technicalFacts(record),
  };
}

function parameterFacts(parameters: RunParameters): Fact[] {
  const { iterations, periods, precisionBits, minContributors } = parameters;
  return [
    { name: 'Weight of incoming transfers', value: describeDelta(parameters.delta) },
    { name: 'Rounds', value: `${counted(periods, 'period')}, ${counted(iterations, 'iteration')} in each` },
    {
      name: 'Senders without a known score',
      value: parameters.unknownSenders === 'exclude' ? 'left out' : 'counted with score 0',
    },
    { name: 'Precision', value: `${String(precisionBits)} bits: one part in ${(2 ** precisionBits).toLocaleString()}` },
    {
      name: 'Fewest outside contributors',
      value:
        minContributors === 1
          ? '1: every account was opened'
          : `${String(minContributors)}: accounts with fewer were not opened`,
    },
  ];
}

function describeDelta(delta: Delta): string {
  if (delta.kind === 'constant') return `${delta.value.toLocaleString()} throughout`;
  return `${delta.a.toLocaleString()} / k^${delta.b.toLocaleString()} in iteration k of a period`;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString()} ${noun}${count === 1 ? '' : 's'}`;
}

/** Stages in order of first occurrence, each as long as it took the slowest bank; iterations are added up. */
function longestDurations({ parties }: RunRecord): StageDuration[] {
  const longest = new Map<string, number>();
  for (const { durationsMs } of parties) {
    for (const [stage, ms] of addIterations(durationsMs)) longest.set(stage, Math.max(longest.get(stage) ?? 0, ms));
  }
  return [...longest].map(([stage, durationMs]) => ({ stage, durationMs })).filter(({ durationMs }) => durationMs > 0);
}

/** A run of twelve iterations reports each of them by itself: "iteration 3 of 12: encrypt". */
function addIterations(durationsMs: RecordedParty['durationsMs']): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [stage, ms] of durationsMs) {
    const label = stage.replace(/^iteration \d+ of \d+: /, 'iterations: ');
    sums.set(label, (sums.get(label) ?? 0) + ms);
  }
  return sums;
}

function technicalFacts(record: RunRecord): Fact[] {
  const { key, parties, pairs } = record;
  const { scoreBits, weightBits, slotBits } = record.fixedPoint;
  const name = (party: number): string => parties[party - 1]?.name ?? '';
  return [
    { name: 'Run', value: '', digest: record.run },
    { name: 'Shared key', value: `${String(key.bits)} bits`, digest: key.id },
    { name: 'Masking', value: record.parameters.masking === 'short' ? 'short exponents of a fixed base' : 'full' },
    {
      name: 'Fixed point',
      value: `scores ${counted(scoreBits, 'bit')}, weights ${counted(weightBits, 'bit')}, slots ${counted(slotBits, 'bit')}`,
    },
    { name: 'All broadcasts', value: '', digest: record.broadcasts },
    ...pairs.map(({ between: [a, b], messages, digest }) => ({
      name: `Between ${name(a)} and ${name(b)}`,
      value: counted(messages, 'message'),
      digest,
    })),
    ...parties.map((party) => ({
      name: `Dataset of ${party.name}`,
      value: `at most ${counted(party.maxDegree, 'sender')} per account`,
      digest: party.commitment,
    })),
    ...parties.map((party) => ({ name: `Software of ${party.name}`, value: party.software })),
  ];
}
