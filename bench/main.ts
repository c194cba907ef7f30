/** `npm run bench`: what everything costs on this machine, beside the reference and the limit. */
import { KEY_BITS, type KeyBits } from '../src/core/params.ts';
import { ConsortiumFailure } from '../src/main/demo/consortium.ts';
import { explain } from '../src/main/demo/failure.ts';
import { SOFTWARE } from '../src/main/software.ts';
import { kernelTable, operationTable } from './arithmetic-tables.ts';
import { calibrate } from './calibration.ts';
import { ceremonyFigures, ceremonyTables } from './ceremony.ts';
import { measureConsortium, type Measurement } from './consortium.ts';
import { enginesFor, type NamedEngine } from './engines.ts';
import { importTable, measureImport } from './import.ts';
import { kernelTimes, timeKernels, type KernelFigures } from './kernel.ts';
import type { KernelTimes } from './limits.ts';
import { thisMachine } from './machine.ts';
import { timeOperations, type OperationFigures } from './operations.ts';
import { parseBenchOptions, type BenchOptions } from './options.ts';
import { overviewTable } from './overview.ts';
import { isForRun, planConsortia } from './plan.ts';
import { REFERENCE } from './reference.ts';
import { writeDocs, writeResults, type Results } from './results.ts';
import { growthFigures, growthTable, runFigures, runTables } from './run.ts';
import { renderText, type FigureTable } from './table.ts';

const IMPORTED_TRANSFERS = 1_000_000;
const CEREMONY_KEY_BITS = [1024, ...KEY_BITS] as const;
const QUICK_KEY_BITS = [1024] as const;
const KERNEL_ROUNDS = 15;
const OPERATION_ROUNDS = 7;

async function main(options: BenchOptions): Promise<void> {
  const { sections, large, quick } = options;
  const tables: FigureTable[] = [];
  const show = (...shown: readonly FigureTable[]): void => {
    tables.push(...shown);
    for (const table of shown) console.log(`\n${renderText(table)}`);
  };
  const engines = await enginesFor(options.engine);
  const calibrationMs = calibrate();
  console.log(
    `Engine: ${engines[0].engine.name} (${engines[0].reason}). Calibration: ${calibrationMs.median.toFixed(2)} ms, ` +
      `${REFERENCE.calibrationMs.toFixed(1)} ms where the reference was measured.`,
  );

  // Always: the limits of ceremonies and runs are told in the kernel's time.
  say('timing the kernels');
  const kernel = await timeAllKernels(engines, quick);
  if (sections.has('kernel')) show(kernelTable(kernel));

  let operations: OperationFigures[] | undefined;
  if (sections.has('operations')) {
    say('timing operations');
    operations = await timeAllOperations(engines, quick);
    show(...operations.map((figures) => operationTable(figures, calibrationMs.median)));
  }

  const measurements = await measureAll(options);
  const kernelOf = (modulus: 'N' | 'N²', keyBits: KeyBits): KernelTimes =>
    kernelTimes(kernel.find((figures) => figures.modulus === modulus && figures.keyBits === keyBits) as KernelFigures);

  let ceremony: Results['ceremony'];
  if (sections.has('ceremony')) {
    ceremony = ceremonyFigures(measurements, calibrationMs.median, (keyBits) => kernelOf('N', keyBits));
    show(...ceremonyTables(ceremony));
  }
  const runs = measurements.filter(({ setting }) => isForRun(setting));
  const [firstRun] = runs;
  let run: Results['run'];
  let growth: Results['growth'];
  if (firstRun) {
    const figures = await runFigures(runs, calibrationMs.median, kernelOf('N²', firstRun.setting.keyBits));
    if (sections.has('run')) show(...runTables((run = figures)));
    if (sections.has('growth')) show(growthTable((growth = growthFigures(figures))));
  }

  let imported: Results['import'];
  if (sections.has('import')) {
    say('importing');
    imported = await measureImport(quick ? IMPORTED_TRANSFERS / 100 : IMPORTED_TRANSFERS);
    show(importTable(imported));
  }

  const results: Results = {
    date: new Date().toISOString(),
    software: SOFTWARE,
    machine: thisMachine(),
    options: { sections: [...sections], large, quick },
    engines: engines.map(({ label, engine, reason }) => ({ label, name: engine.name, reason })),
    calibrationMs,
    kernel,
    ...(operations && { operations }),
    ...(ceremony && { ceremony }),
    ...(run && { run }),
    ...(growth && { growth }),
    ...(imported && { import: imported }),
    consortia: measurements,
  };
  const overview = overviewTable(results);
  if (overview) show(overview);
  await writeResults(results);
  if (options.writeDocs) await writeDocs(results, tables);
}

async function timeAllKernels(engines: readonly NamedEngine[], quick: boolean): Promise<KernelFigures[]> {
  const rounds = quick ? 3 : KERNEL_ROUNDS;
  const figures: KernelFigures[] = [];
  for (const keyBits of quick ? QUICK_KEY_BITS : KEY_BITS) {
    figures.push(await timeKernels(engines, keyBits, 'N²', rounds));
  }
  for (const keyBits of quick ? QUICK_KEY_BITS : CEREMONY_KEY_BITS) {
    figures.push(await timeKernels(engines, keyBits, 'N', rounds));
  }
  return figures;
}

async function timeAllOperations(engines: readonly NamedEngine[], quick: boolean): Promise<OperationFigures[]> {
  const figures: OperationFigures[] = [];
  for (const keyBits of quick ? QUICK_KEY_BITS : KEY_BITS) {
    figures.push(await timeOperations(engines, keyBits, quick ? 3 : OPERATION_ROUNDS));
  }
  return figures;
}

/** One after the other, as each of them takes all processors. */
async function measureAll(options: BenchOptions): Promise<Measurement[]> {
  const interrupt = new AbortController();
  process.once('SIGINT', () => {
    interrupt.abort();
  });
  const settings = planConsortia(options);
  const measurements: Measurement[] = [];
  for (const [i, setting] of settings.entries()) {
    const { keyBits, banks, accountsPerBank } = setting;
    say(
      `consortium ${String(i + 1)} of ${String(settings.length)}: ${String(keyBits)} bits, ${String(banks)} banks, ` +
        `${String(accountsPerBank)} accounts each`,
    );
    measurements.push(await measureConsortium(setting, { engine: options.engine, signal: interrupt.signal }));
  }
  return measurements;
}

/** Progress, apart from the figures. */
function say(text: string): void {
  console.error(`${(performance.now() / 1000).toFixed(0).padStart(5)} s  ${text}`);
}

try {
  await main(parseBenchOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof ConsortiumFailure ? explain(error.failure) : error);
  process.exitCode = 1;
}
