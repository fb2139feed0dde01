import { defineConfig } from 'vitest/config';

/** One project a kind of test; `npm test` runs them all. */
const project = (name: string, options: object = {}) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], ...options },
});

const alone = { testTimeout: 60_000, hookTimeout: 60_000, fileParallelism: false, retry: 1 };

export default defineConfig({
  publicDir: false,
  build: {
    outDir: 'dashboard/dist',
    manifest: true,
    // Nothing inline: the content security policy forbids it.
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: { input: ['dashboard/status/main.ts', 'dashboard/theme.css', 'dashboard/icon.svg'] },
  },
  test: {
    maxWorkers: '100%',
    reporters: ['default', './test/support/fault-table.ts'],
    projects: [
      // A busy machine is no reason to fail: a test that hangs is told apart within half a minute.
      project('unit', {
        include: ['test/unit/**/*.test.ts', 'test/tidy.test.ts'],
        testTimeout: 30_000,
        hookTimeout: 30_000,
      }),
      project('property', { testTimeout: 60_000 }),
      project('simulation', { testTimeout: 120_000 }),
      // Real daemons and real time: alone, one file after the other, or they measure each other. What a machine that was
      // busy elsewhere spoils is tried once more, and the report says so.
      project('lab', { ...alone, globalSetup: 'test/support/traces.ts', sequence: { groupOrder: 1 } }),
      project('browser', { ...alone, sequence: { groupOrder: 2 } }),
    ],
  },
});
