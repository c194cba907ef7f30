import { fileURLToPath } from 'node:url';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { UnlistedRule } from '../../core/datasets/dataset.ts';
import type { BankGraph } from '../../core/datasets/bank-graph.ts';
import { precisionFor } from '../../core/fixed-point/precision.ts';
import { isKeyBits, type KeyBits } from '../../core/params.ts';
import { roundedMaxDegree } from '../../core/run/dataset-commitment.ts';
import { checkRunParameters, totalIterations, type Delta, type RunParameters } from '../../core/run/parameters.ts';
import { ENGINE_CHOICES, type EngineChoice } from '../compute/engine-choice.ts';

export interface DemoOptions {
  readonly data: string;
  readonly out: string;
  readonly keyBits: KeyBits;
  /** All but the number of periods, which follows from the data where it is not given. */
  readonly parameters: Omit<RunParameters, 'periods'>;
  readonly periods?: number;
  readonly unlisted: UnlistedRule;
  /** Accounts with a score of at least this are flagged. */
  readonly threshold: number;
  readonly engine: EngineChoice;
  /** Per bank; by default the processors are divided among the banks. */
  readonly threads?: number;
  readonly json: boolean;
}

interface RawOptions {
  data: string;
  out: string;
  keyBits: KeyBits;
  iterations: number;
  delta?: number;
  deltaDecay?: readonly [number, number];
  periods?: number;
  unknownSenders: 'exclude' | 'zero';
  unlisted?: UnlistedRule;
  threshold: number;
  masking: 'short' | 'full';
  precisionBits: number;
  minContributors: number;
  engine: EngineChoice;
  threads?: number;
  json?: true;
}

const EXAMPLE_DATA = fileURLToPath(new URL('../../../example_data', import.meta.url));
const DEFAULT_DELTA = 0.5;

/** Usage was asked for or wrong: `text` says what to tell the user. */
export class UsageExit extends Error {
  readonly text: string;
  readonly isError: boolean;

  constructor(text: string, isError: boolean) {
    super(text);
    this.text = text;
    this.isError = isError;
  }
}

/** @param args without the interpreter and the script. Throws {@link UsageExit} or ParameterError. */
export function parseOptions(args: readonly string[]): DemoOptions {
  const written: string[] = [];
  const write = (text: string): void => void written.push(text);
  const command = demoCommand().configureOutput({ writeOut: write, writeErr: write }).exitOverride();
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new UsageExit(written.join('').trimEnd(), error.exitCode !== 0);
  }
  return demoOptions(command.opts<RawOptions>());
}

function demoCommand(): Command {
  return new Command('npm run demo --')
    .description(
      'Starts one process per bank on this machine, makes a shared key, propagates risk secretly and compares every score with the plaintext reference.',
    )
    .option('--data <dir>', 'folder with the banks’ data', EXAMPLE_DATA)
    .option('--out <dir>', 'where the results go', 'results')
    .option('--key-bits <bits>', 'length of the shared key: 2048 or 3072; 1024 is insecure', keyBits, 2048)
    .option('--iterations <n>', 'iterations per period, up to 1000', wholeNumber, 3)
    .addOption(
      new Option('--delta <value>', 'constant propagation weight (default: 0.5)')
        .argParser(decimal)
        .conflicts('deltaDecay'),
    )
    .addOption(
      new Option('--delta-decay <a,b>', 'propagation weight a / k^b in iteration k of a period').argParser(decimalPair),
    )
    .option('--periods <k>', 'use the first k periods only', wholeNumber)
    .addOption(
      new Option('--unknown-senders <rule>', 'leave them out of the totals, or count them with score 0')
        .choices(['exclude', 'zero'])
        .default('exclude'),
    )
    .option(
      '--unlisted <rule>',
      '"exclude" own accounts that occur in transfers only, or give them this score',
      unlistedRule,
    )
    .option('--threshold <score>', 'scores from here on are flagged', score, 0.6)
    .addOption(new Option('--masking <kind>', 'how ciphertexts are masked').choices(['short', 'full']).default('short'))
    .option('--precision-bits <bits>', 'bits that an opened score carries, 8 to 48', wholeNumber, 32)
    .option('--min-contributors <n>', 'open an account only with so many outside contributors', wholeNumber, 1)
    .addOption(new Option('--engine <name>', 'arithmetic engine').choices(ENGINE_CHOICES).default('auto'))
    .option('--threads <n>', 'threads per bank for long computations', threads)
    .option('--json', 'print one JSON object and nothing else')
    .allowExcessArguments(false)
    .showHelpAfterError('(--help lists the options)');
}

function demoOptions(raw: RawOptions): DemoOptions {
  const delta: Delta = raw.deltaDecay
    ? { kind: 'decay', a: raw.deltaDecay[0], b: raw.deltaDecay[1] }
    : { kind: 'constant', value: raw.delta ?? DEFAULT_DELTA };
  const { iterations, unknownSenders, precisionBits, minContributors, masking } = raw;
  const parameters = { delta, iterations, unknownSenders, precisionBits, minContributors, masking };
  checkRunParameters({ ...parameters, periods: raw.periods ?? 1 });
  return {
    data: raw.data,
    out: raw.out,
    keyBits: raw.keyBits,
    parameters,
    ...(raw.periods === undefined ? {} : { periods: raw.periods }),
    unlisted: raw.unlisted ?? { kind: 'fault' },
    threshold: raw.threshold,
    engine: raw.engine,
    ...(raw.threads === undefined ? {} : { threads: raw.threads }),
    json: raw.json ?? false,
  };
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function threads(text: string): number {
  const count = wholeNumber(text);
  if (count < 1 || count > 64) throw new InvalidArgumentError('It must be a number from 1 to 64.');
  return count;
}

function decimal(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('It must be a decimal number such as 0.5.');
  return Number(text);
}

function decimalPair(text: string): [number, number] {
  const [a, b, ...more] = text.split(',').map(decimal);
  if (a === undefined || b === undefined || more.length > 0) {
    throw new InvalidArgumentError('It must be two numbers with a comma between, such as 0.3,0.8.');
  }
  return [a, b];
}

function score(text: string): number {
  const value = decimal(text);
  if (value > 1) throw new InvalidArgumentError('It must be a number from 0 to 1.');
  return value;
}

function keyBits(text: string): KeyBits {
  const bits = wholeNumber(text);
  if (!isKeyBits(bits) || bits < 1024) throw new InvalidArgumentError('It must be 1024, 2048 or 3072.');
  return bits;
}

function unlistedRule(text: string): UnlistedRule {
  if (text === 'exclude') return { kind: 'exclude' };
  if (!/^[\d.]+$/.test(text)) throw new InvalidArgumentError('It must be "exclude" or a score from 0 to 1.');
  return { kind: 'score', score: score(text) };
}

/** With the periods that all banks have. Throws {@link ParameterError} when the key is too short for all that. */
export function runParameters(options: DemoOptions, graphs: readonly BankGraph[]): RunParameters {
  const periods = Math.min(...graphs.map((graph) => graph.periods.length));
  const parameters = checkRunParameters({ ...options.parameters, periods });
  const maxDegree = Math.max(...graphs.map(roundedMaxDegree));
  precisionFor(parameters.precisionBits, totalIterations(parameters), maxDegree, options.keyBits);
  return parameters;
}
