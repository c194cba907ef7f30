import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';

const at = (path: string): string => resolve(import.meta.dirname, path);

export default defineConfig({
  main: {
    build: { externalizeDeps: true, rolldownOptions: { input: { index: at('src/main/index.ts') } } },
  },
  // a sandboxed preload can load nothing but `electron`: everything else is bundled, as CommonJS
  preload: {
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: at('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src/renderer'),
    publicDir: at('resources'),
    plugins: [svelte({ configFile: at('svelte.config.js') })],
    build: { minify: true, rolldownOptions: { input: at('src/renderer/index.html') } },
  },
});
