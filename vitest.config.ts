import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Enough for a machine that is busy with something else for seconds: what has not come by then never comes.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    globalSetup: './test/temporary-directory.ts',
    pool: 'forks',
    // Many tests wait for clocks and processes: two side by side fill two cores, where one leaves them idle for half of its time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ['default', './scripts/closing-line.ts'],
  },
});
