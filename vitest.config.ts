import { defineConfig } from 'vitest/config'

/**
 * Four suites, one command each:
 * - `unit`: specifications beside the code, embedded servers and the local ledger included;
 * - `e2e`: whole-stack scenarios;
 * - `model`: random interleavings of deliveries, crashes and price moves against the real liquidator;
 * - `infra`: Terraform, offline.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{packages,services,local,apps,scripts}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.e2e.test.ts', '**/*.model.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          // By default one core is left idle, which is half of what is promised.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'e2e',
          globalSetup: ['scripts/built-for-tests.ts'],
          maxConcurrency: 3,
          include: ['{services,local,apps}/**/*.e2e.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'model',
          include: ['{services,local}/**/*.model.test.ts'],
          // A number of runs, not a time, decides; the limit is for runs that hang.
          testTimeout: 3_600_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'infra',
          include: ['infrastructure/**/*.test.ts'],
          testTimeout: 480_000,
          hookTimeout: 480_000,
          maxWorkers: 2,
        },
      },
    ],
  },
})
