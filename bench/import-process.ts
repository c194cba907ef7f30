/** Imports one bank's files in a process of its own, so that its memory can be told. */
import { readBank } from '../src/main/datasets/read-data-folder.ts';

const [folder = '', bank = ''] = process.argv.slice(2);
const start = performance.now();
const { dataset } = await readBank(folder, bank, { unlisted: { kind: 'fault' } });
process.send?.({
  transfers: dataset.periods.reduce((sum, period) => sum + period.length, 0),
  seconds: (performance.now() - start) / 1000,
  peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
});
process.disconnect();
