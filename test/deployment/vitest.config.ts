import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/deployment/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One account, one emulator, two processors: files run one after another.
    fileParallelism: false,
    passWithNoTests: false,
  },
});
