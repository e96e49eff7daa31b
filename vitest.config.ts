import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    globalSetup: './test/temporary-directory.ts',
    pool: 'forks',
    // Many tests wait for clocks and processes: two side by side fill two cores, where one leaves them idle for half of its time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ['default', './scripts/closing-line.ts'],
  },
});
