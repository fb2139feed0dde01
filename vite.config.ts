import { defineConfig } from 'vitest/config';

/** One project a kind of test; `npm test` runs them all. */
const project = (name: string, options: object = {}) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], ...options },
});

const real = { testTimeout: 60_000, hookTimeout: 60_000, retry: 1 };

/** Of the lab, what lives by the clock, and what compares times with each other. */
const clocked = ['test/lab/{watch-*,demonstration*}.test.ts'];
const timed = ['test/lab/{watch,mariadb,postgresql,slowness}.test.ts', 'test/lab/{http,store}/*.test.ts'];

/** Files one after the other in few processes: a process a file takes longer to start than most take to run. */
const together = { isolate: false, setupFiles: 'test/support/fresh-start.ts' };

export default defineConfig({
  publicDir: false,
  build: {
    outDir: 'dashboard/dist',
    manifest: true,
    // Nothing inline: the content security policy forbids it.
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: {
      input: [
        'dashboard/status/main.ts',
        'dashboard/alerts/main.ts',
        'dashboard/service/main.ts',
        'dashboard/service/chart.css',
        'dashboard/theme.css',
        'dashboard/icon.svg',
      ],
    },
  },
  test: {
    // More than processors: many tests wait for a time-out of their own.
    maxWorkers: 4,
    globalSetup: 'test/support/traces.ts',
    reporters: ['default', './test/support/fault-table.ts'],
    projects: [
      // A busy machine is no reason to fail: a test that hangs is told apart within a minute or three.
      project('unit', {
        ...together,
        include: ['test/unit/**/*.test.ts', 'test/tidy.test.ts'],
        testTimeout: 60_000,
        hookTimeout: 60_000,
      }),
      project('property', { ...together, testTimeout: 180_000 }),
      project('simulation', { testTimeout: 120_000 }),
      // What a machine that was busy elsewhere spoils is tried once more, and the report says so.
      // Real daemons: they wait most of their time, so that several wait at once.
      project('lab', {
        ...real,
        include: ['test/lab/**/*.test.ts'],
        exclude: [...clocked, ...timed],
        maxWorkers: 4,
        sequence: { groupOrder: 1 },
      }),
      // Whole programs that probe every second: two of them leave each other time enough.
      project('lab-clocked', { ...real, include: clocked, maxWorkers: 2, sequence: { groupOrder: 2 } }),
      // Alone, one file after the other, or they measure each other.
      project('lab-timed', { ...real, include: timed, fileParallelism: false, sequence: { groupOrder: 3 } }),
      project('browser', { ...real, fileParallelism: false, sequence: { groupOrder: 4 } }),
    ],
  },
});
