/** `npm run demo`: several banks on this machine, from key generation to flagged accounts. */
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { expectedCandidates } from '../../core/ceremony/chances.ts';
import { InputError } from '../../core/errors.ts';
import { KEY_BITS } from '../../core/params.ts';
import { readDataFolder } from '../datasets/read-data-folder.ts';
import { ConsortiumFailure, runConsortium } from './consortium.ts';
import { ProgressDisplay } from './display.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { exitCodeOfFailure, explain, failureOf } from './failure.ts';
import type { Failure } from './messages.ts';
import { parseOptions, runParameters, UsageExit, type DemoOptions } from './options.ts';
import { printable, printableLines } from './printable.ts';
import { renderSummary } from './report.ts';
import { summarise, type Summary } from './summary.ts';

async function main(): Promise<ExitCode> {
  const args = process.argv.slice(2);
  const json = args.includes('--json');
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      interrupt.abort();
    });
  }
  try {
    const options = parseOptions(args);
    const summary = await runDemo(options, interrupt.signal);
    console.log(options.json ? JSON.stringify(summary) : `\n${renderSummary(summary, resolve(options.out))}`);
    return EXIT.done;
  } catch (error) {
    if (error instanceof UsageExit && !error.isError) {
      console.log(error.text);
      return EXIT.done;
    }
    if (interrupt.signal.aborted) return report(json, 'Stopped.', { kind: 'interrupted' }, EXIT.interrupted);
    if (error instanceof UsageExit) return report(json, error.text, { kind: 'usage', message: error.text }, EXIT.usage);
    const failure = error instanceof ConsortiumFailure ? error.failure : failureOf(error);
    return report(json, explain(failure), failure, exitCodeOfFailure(failure));
  }
}

async function runDemo(options: DemoOptions, signal: AbortSignal): Promise<Summary> {
  const start = performance.now();
  const { banks, warnings: joint } = await readDataFolder(options.data, {
    unlisted: options.unlisted,
    ...(options.periods === undefined ? {} : { periods: options.periods }),
  });
  const parameters = runParameters(
    options,
    banks.map((bank) => bank.graph),
  );
  const folders = banks.map(({ name }) => ({ name, out: folderOf(options.out, name) }));

  const warnings = [...banks.flatMap((bank) => bank.warnings), ...joint].map((warning) => warning.message);
  const longer = banks.filter((bank) => bank.graph.periods.length > parameters.periods).map((bank) => bank.name);
  if (longer.length > 0) {
    warnings.push(
      `Only the first ${String(parameters.periods)} periods are used; these banks have more: ${longer.join(', ')}.`,
    );
  }
  if (!KEY_BITS.some((secure) => secure === options.keyBits)) {
    warnings.unshift(
      `A key of ${String(options.keyBits)} bits is INSECURE: good for trying things out, never for real data.`,
    );
  }
  for (const warning of warnings) console.error(`Warning: ${printable(warning)}`);

  const display = options.json
    ? undefined
    : new ProgressDisplay(
        process.stdout,
        banks.map((bank) => bank.name),
        expectedCandidates(options.keyBits, banks.length),
      );
  const { data, unlisted, keyBits, threshold, engine } = options;
  const threads = options.threads ?? Math.max(1, Math.floor(availableParallelism() / banks.length));
  const reports = await runConsortium({
    banks: folders,
    task: { data: resolve(data), unlisted, keyBits, parameters, threshold, engine, threads },
    onProgress: (bank, progress) => display?.show(bank, progress),
    signal,
  }).catch((error: unknown) => {
    display?.done(false);
    throw error;
  });
  display?.done(true);

  const graphs = banks.map((bank) => ({ ...bank.graph, periods: bank.graph.periods.slice(0, parameters.periods) }));
  const summary = summarise(options, parameters, graphs, reports, warnings, performance.now() - start);
  await writeFile(join(options.out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  return summary;
}

/** Bank names come from file names and may be anything but a way out of the folder. */
function folderOf(out: string, bank: string): string {
  if (bank === '.' || bank === '..' || /[\\/\0]/.test(bank)) {
    throw new InputError([{ file: bank, problem: 'is no name for a bank', remedy: 'rename its files' }]);
  }
  return resolve(out, bank);
}

function report(
  json: boolean,
  text: string,
  failure: Failure | { kind: string; message?: string },
  code: ExitCode,
): ExitCode {
  console.error(printableLines(text));
  if (json) console.log(JSON.stringify({ ok: false, exitCode: code, error: failure }));
  return code;
}

process.exitCode = await main();
