import { createLogUpdate } from 'log-update';
import { chanceWithin } from '../../core/ceremony/chances.ts';
import type { Progress } from '../../core/network/session.ts';
import { SEARCH_STAGE, stageLabel, stageOrder } from './stages.ts';

const REDRAW_MS = 100;
const PLAIN_INTERVAL_MS = 10_000;
const OUTLOOK_S = 30;

type Mark = '…' | '✓' | '✗';

interface Line {
  readonly bank: string;
  readonly stage: string;
  readonly since: number;
  until?: number;
  mark: Mark;
  detail: string;
  printedAt: number;
}

/** Live progress: one line per bank and stage. A terminal shows them in place; elsewhere each is printed when it is done. */
export class ProgressDisplay {
  readonly #stream: NodeJS.WriteStream;
  readonly #expectedCandidates: number;
  readonly #lines = new Map<string, Line>();
  readonly #current = new Map<string, Line>();
  readonly #update: ReturnType<typeof createLogUpdate> | undefined;
  readonly #start = performance.now();
  readonly #banks: readonly string[];
  readonly #bankWidth: number;
  #drawnAt = 0;

  constructor(stream: NodeJS.WriteStream, banks: readonly string[], expectedCandidates: number) {
    this.#stream = stream;
    this.#expectedCandidates = expectedCandidates;
    this.#update = stream.isTTY ? createLogUpdate(stream) : undefined;
    this.#banks = banks;
    this.#bankWidth = Math.max(...banks.map((bank) => bank.length));
  }

  show(bank: string, progress: Progress): void {
    const now = performance.now();
    const stage = stageLabel(progress.stage);
    const before = this.#current.get(bank);
    if (before?.stage !== stage) this.#finish(before, now);
    const key = JSON.stringify([bank, stage]);
    let line = this.#lines.get(key);
    if (!line) this.#lines.set(key, (line = { bank, stage, since: now, mark: '…', detail: '', printedAt: now }));
    this.#current.set(bank, line);
    line.detail = this.#detail(stage, progress, now - line.since) || line.detail;
    if (this.#update) this.#draw(now);
    else if (now - line.printedAt > PLAIN_INTERVAL_MS) this.#print(line, now);
  }

  /** Leaves the lines as they are; something else may be printed now. */
  done(succeeded: boolean): void {
    const now = performance.now();
    for (const line of this.#current.values()) this.#finish(line, now, succeeded ? '✓' : '✗');
    if (!this.#update) return;
    this.#drawnAt = 0;
    this.#draw(now);
    this.#update.done();
  }

  #detail(stage: string, { stage: step, done, total }: Progress, elapsedMs: number): string {
    if (stage === SEARCH_STAGE) return done === 0 ? '' : this.#outlook(done, elapsedMs);
    const count = total === undefined ? '' : `${format(done)} of ${format(total)}`;
    if (!step.startsWith('iteration')) return count;
    const [iteration, action] = step.split(': ');
    return `${iteration ?? ''}, ${action ?? ''} ${count}`;
  }

  /** The search has no memory: what it has cost says nothing about what it will. */
  #outlook(done: number, elapsedMs: number): string {
    const rate = done / (elapsedMs / 1000);
    const chance = chanceWithin(rate * OUTLOOK_S, this.#expectedCandidates);
    return `${format(done)} candidates tried, ${(100 * chance).toFixed(0)} % chance to finish in ${String(OUTLOOK_S)} s`;
  }

  #finish(line: Line | undefined, now: number, mark: Mark = '✓'): void {
    if (!line || line.until !== undefined) return;
    line.until = now;
    line.mark = mark;
    if (line.stage === SEARCH_STAGE) line.detail = line.detail.split(',').slice(0, -1).join(',');
    if (!this.#update) this.#print(line, now);
  }

  #print(line: Line, now: number): void {
    line.printedAt = now;
    this.#stream.write(`${seconds(now - this.#start).padStart(9)}  ${this.#text(line, now)}\n`);
  }

  #draw(now: number): void {
    if (now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    const order = (line: Line): number => stageOrder(line.stage) * this.#banks.length + this.#banks.indexOf(line.bank);
    const lines = [...this.#lines.values()].sort((a, b) => order(a) - order(b));
    const width = this.#stream.columns;
    this.#update?.(lines.map((line) => this.#text(line, now).slice(0, width)).join('\n'));
  }

  #text({ bank, stage, since, until, mark, detail }: Line, now: number): string {
    const time = seconds((until ?? now) - since).padStart(8);
    return `${mark} ${bank.padEnd(this.#bankWidth)}  ${stage.padEnd(26)} ${time}  ${detail}`.trimEnd();
  }
}

function format(count: number): string {
  return count.toLocaleString('en');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
