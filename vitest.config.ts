import { playwright } from '@vitest/browser-playwright';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { browserLaunchOptions } from './tests/support/browser.ts';

const SECOND = 1000;

/** The protocols over a simulated network, on one of the arithmetic engines. */
function simulation(engine: 'bigint' | 'fma'): TestProjectInlineConfiguration {
  return {
    test: {
      name: `simulation-${engine}`,
      include: ['tests/simulation/**/*.test.ts'],
      env: { RISKWEAVE_TEST_ENGINE: engine },
      testTimeout: 300 * SECOND,
      hookTimeout: 300 * SECOND,
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: ['tests/{unit,property,vectors}/**/*.test.ts'],
          testTimeout: 30 * SECOND,
        },
      },
      simulation('bigint'),
      simulation('fma'),
      {
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          // real processes and deadlines: two files at once would compete for the processors and miss them
          fileParallelism: false,
          testTimeout: 300 * SECOND,
          hookTimeout: 120 * SECOND,
        },
      },
      {
        plugins: [svelte()],
        optimizeDeps: { include: ['@noble/hashes/sha2.js', '@noble/hashes/sha3.js', '@noble/hashes/utils.js'] },
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          testTimeout: 120 * SECOND,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: browserLaunchOptions() }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
