import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    globalSetup: './test/temporary-directory.ts',
    pool: 'forks',
    reporters: ['default', './scripts/closing-line.ts'],
  },
});
