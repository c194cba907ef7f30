import { mkdir, writeFile } from 'node:fs/promises';
import { PROPAGATION_CASES } from './propagation-cases.ts';
import { writeVector } from './propagation-vector.ts';

/** Writes propagation/*.json: `node tests/vectors/write-propagation.ts`. */
const folder = new URL('./propagation/', import.meta.url);
await mkdir(folder, { recursive: true });
for (const given of PROPAGATION_CASES) {
  await writeFile(new URL(`${given.name}.json`, folder), await writeVector(given));
}
