import { mkdir, writeFile } from 'node:fs/promises';
import { makeFiles } from './files.ts';
import { THRESHOLD } from './figures.ts';

/** Writes the example data: `npm run example-data`. */
const folder = new URL('../', import.meta.url);
const { files, figures } = makeFiles();
for (const [name, content] of files) {
  const target = new URL(name, folder);
  await mkdir(new URL('./', target), { recursive: true });
  await writeFile(target, content);
}

console.log(`${String(files.size)} files written to example_data; threshold ${String(THRESHOLD)}`);
console.table(
  figures.banks.map(({ joint, alone, ...bank }) => ({
    ...bank,
    'planted flagged by own data': alone.planted,
    'planted flagged jointly': joint.planted,
    'others flagged jointly': joint.others,
  })),
);
console.table(figures.trails);
