import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  name: string;
  version: string;
};

/** Name and version, as approvals and run records state them. */
export const SOFTWARE = `${manifest.name} ${manifest.version}`;
