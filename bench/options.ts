import { Argument, Command, Option } from 'commander';
import { ENGINE_CHOICES, type EngineChoice } from '../src/main/compute/engine-choice.ts';

export const SECTIONS = ['kernel', 'operations', 'ceremony', 'run', 'growth', 'import'] as const;
export type Section = (typeof SECTIONS)[number];

export interface BenchOptions {
  readonly sections: ReadonlySet<Section>;
  /** More and larger measurements. */
  readonly large: boolean;
  /** One of each with short keys: whether the benchmark works, not what things cost. */
  readonly quick: boolean;
  readonly engine: EngineChoice;
  /** Put the tables into docs/performance.md. */
  readonly writeDocs: boolean;
}

interface RawOptions {
  large?: true;
  quick?: true;
  engine: EngineChoice;
  writeDocs?: true;
}

/** Ends the process with a message where the arguments are wrong or help is asked for. */
export function parseBenchOptions(args: readonly string[]): BenchOptions {
  const command = new Command('npm run bench --')
    .description(
      'Measures the engines, the operations, key ceremonies, secure runs and the import, beside the reference converted to ' +
        'this machine. All sections together take about 15 minutes on two processors and write bench/results/latest.json.',
    )
    .addArgument(new Argument('[sections...]', 'what to measure (default: everything)').choices(SECTIONS))
    .addOption(new Option('--large', 'also 10,000 accounts per bank, and at least five of the longest ceremonies'))
    .addOption(new Option('--quick', 'one of each with short keys, to see that it works').conflicts('large'))
    .addOption(new Option('--engine <name>', 'arithmetic engine').choices(ENGINE_CHOICES).default('auto'))
    .addOption(new Option('--write-docs', 'put the tables into docs/performance.md; all sections').conflicts('quick'))
    .showHelpAfterError('(--help lists the options)')
    .parse(args, { from: 'user' });
  const { large = false, quick = false, engine, writeDocs = false } = command.opts<RawOptions>();
  const [chosen] = command.processedArgs as [Section[]];
  if (writeDocs && chosen.length > 0) command.error('error: --write-docs takes all sections');
  return { sections: new Set(chosen.length > 0 ? chosen : SECTIONS), large, quick, engine, writeDocs };
}
