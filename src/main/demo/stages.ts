/** How the stages of ceremony and run appear to people, in their order. Iterations are one stage there. */
const STAGES: readonly (readonly [label: string, pattern: RegExp])[] = [
  ['key: agree on seeds', /^seeds$/],
  ['key: search for a modulus', /^search$/],
  ['key: share the exponent', /^exponents$/],
  ['key: check and sign', /^(verification|conclusion)$/],
  ['run: agree', /^agree on the run$/],
  ['run: find common accounts', /^find common accounts$/],
  ['run: prepare the key', /^prepare the key$/],
  ['run: propagate', /^iteration /],
  ['run: open', /^(pack what is to be opened|decrypt in part|combine)$/],
  ['run: close and sign', /^close$/],
];

export const SEARCH_STAGE = 'key: search for a modulus';

export function stageLabel(stage: string): string {
  return STAGES.find(([, pattern]) => pattern.test(stage))?.[0] ?? stage;
}

/** Position of a label among the stages. */
export function stageOrder(label: string): number {
  return STAGES.findIndex(([known]) => known === label);
}

/** Milliseconds by label, in the order of the stages. */
export function durationsByLabel(durations: readonly (readonly [string, number])[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [stage, ms] of durations) {
    if (stage === 'start') continue; // what passes before the first stage begins
    const label = stageLabel(stage);
    sums.set(label, (sums.get(label) ?? 0) + ms);
  }
  return new Map([...sums].sort(([a], [b]) => stageOrder(a) - stageOrder(b)));
}
