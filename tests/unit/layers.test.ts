import { ESLint } from 'eslint';
import typescript from 'typescript';
import ts from 'typescript-eslint';
import { describe, expect, it } from 'vitest';

/** The project's own configuration, without the rules that need types: snippets then need no file on the disk. */
const eslint = new ESLint({
  overrideConfig: [{ ...ts.configs.disableTypeChecked, files: ['**/*.ts', '**/*.svelte'] }],
});

async function rulesBroken(file: string, code: string): Promise<string[]> {
  const results = await eslint.lintText(code, { filePath: file });
  return results.flatMap((result) => result.messages.map((message) => message.ruleId ?? message.message));
}

const use = (source: string): string => `import { thing } from '${source}';\nexport const used = thing;\n`;

describe('imports between layers', () => {
  it.each([
    ['src/core/bytes/a.ts', 'node:crypto'],
    ['src/core/bytes/a.ts', 'crypto'],
    ['src/core/bytes/a.ts', 'ws'],
    ['src/core/bytes/a.ts', '../../main/link/link.ts'],
    ['src/core/bytes/a.ts', '../../api/about.ts'],
    ['src/core/bytes/a.ts', '../../../tests/support/browser.ts'],
    ['src/api/a.ts', 'electron'],
    ['src/api/a.ts', '../main/index.ts'],
    ['src/preload/a.ts', 'node:fs'],
    ['src/preload/a.ts', 'ws'],
    ['src/preload/a.ts', '../core/errors.ts'],
    ['src/renderer/a.ts', 'node:path'],
    ['src/renderer/a.ts', 'electron'],
    ['src/renderer/a.ts', '../main/index.ts'],
    ['src/renderer/a.ts', '../preload/index.ts'],
    ['src/main/a.ts', '../renderer/main.ts'],
    ['src/main/a.ts', '../preload/index.ts'],
    ['src/main/a.ts', 'svelte'],
    ['src/elsewhere/a.ts', '../core/errors.ts'],
  ])('%s may not import %s', async (file, source) => {
    expect(await rulesBroken(file, use(source))).toEqual(['layers/imports']);
  });

  it.each([
    ['src/core/run/a.ts', '@noble/hashes/sha2.js'],
    ['src/core/run/a.ts', '../bytes/hash.ts'],
    ['src/api/a.ts', '../core/errors.ts'],
    ['src/preload/a.ts', 'electron'],
    ['src/preload/a.ts', '../api/about.ts'],
    ['src/renderer/a.ts', 'svelte/reactivity'],
    ['src/renderer/features/record/a.ts', '../../../core/errors.ts'],
    ['src/main/link/a.ts', 'node:tls'],
    ['src/main/link/a.ts', 'ws'],
    ['src/main/link/a.ts', '../../core/network/network.ts'],
    ['tests/unit/a.ts', '../../src/core/errors.ts'],
  ])('%s may import %s', async (file, source) => {
    expect(await rulesBroken(file, use(source))).toEqual([]);
  });

  it.each([
    ['a dynamic import', "export const late = import('node:fs');\n"],
    ['a re-export', "export { readFile } from 'node:fs';\n"],
    ['a re-export of everything', "export * from 'node:fs';\n"],
    ['an import of a type', "export type Stats = import('node:fs').Stats;\n"],
  ])('%s counts as well', async (_, code) => {
    expect(await rulesBroken('src/core/a.ts', code)).toContain('layers/imports');
  });
});

describe('what the core may not use', () => {
  it.each([
    'process',
    'Buffer',
    'setTimeout',
    'window',
    'document',
    'crypto',
    'console',
    'TextEncoder',
    'AbortSignal',
    'fetch',
  ])('the global %s', async (name) => {
    expect(await rulesBroken('src/core/a.ts', `export const used = ${name};\n`)).toEqual(['no-restricted-globals']);
    expect(await rulesBroken('src/main/a.ts', `export const used = ${name};\n`)).toEqual([]);
  });

  it.each(['process', 'Buffer'])('and the renderer not the global %s either', async (name) => {
    expect(await rulesBroken('src/renderer/a.ts', `export const used = ${name};\n`)).toEqual(['no-restricted-globals']);
  });
});

describe('the compiler', () => {
  it('sees neither node nor the DOM where it checks the core', () => {
    const { config } = typescript.readConfigFile('tsconfig.core.json', (file) => typescript.sys.readFile(file)) as {
      config: unknown;
    };
    const parsed = typescript.parseJsonConfigFileContent(config, typescript.sys, '.');
    const program = typescript.createProgram(parsed.fileNames, parsed.options);
    const files = program.getSourceFiles().map((file) => file.fileName);
    expect(files.filter((file) => file.includes('src/core/'))).not.toEqual([]);
    expect(files.filter((file) => /@types\/|lib\.dom|lib\.webworker/.test(file))).toEqual([]);
  });
});

describe('everywhere', () => {
  it.each(['core', 'api', 'main', 'preload', 'renderer'])(
    'src/%s takes no randomness from Math.random',
    async (layer) => {
      const broken = await rulesBroken(`src/${layer}/a.ts`, 'export const number = Math.random();\n');
      expect(broken).toEqual(['no-restricted-properties']);
    },
  );

  it('a file of more than 320 lines is too long, a test of more than 600', async () => {
    const long = 'export {};\n'.repeat(321);
    expect(await rulesBroken('src/core/a.ts', long)).toContain('max-lines');
    expect(await rulesBroken('tests/unit/a.ts', long)).not.toContain('max-lines');
    expect(await rulesBroken('tests/unit/a.ts', 'export {};\n'.repeat(601))).toContain('max-lines');
  });

  it('a component has no inline styles, which the content security policy would block', async () => {
    const broken = await rulesBroken('src/renderer/A.svelte', '<p style="color: red">red</p>\n');
    expect(broken).toEqual(['svelte/no-inline-styles']);
  });

  it('a promise is not left floating: the rules that need types are on', async () => {
    const typed = new ESLint();
    const code = 'export function start(work: () => Promise<void>): void {\n  work();\n}\n';
    const [result] = await typed.lintText(code, { filePath: 'src/core/errors.ts' });
    expect(result?.messages.map((message) => message.ruleId)).toEqual(['@typescript-eslint/no-floating-promises']);
  });
});
