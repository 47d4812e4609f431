import { defineConfig } from 'vitest/config';

const each = {
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  testTimeout: 30_000,
  hookTimeout: 60_000,
};

export default defineConfig({
  test: {
    passWithNoTests: false,
    projects: [
      {
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: ['test/stories/**', 'test/deployment/**', 'test/browser/**', 'node_modules/**'],
          ...each,
        },
      },
      {
        // Stories share one machine and its clock, so they are told one after the other.
        test: {
          name: 'stories',
          include: ['test/stories/**/*.test.ts'],
          globalSetup: ['test/stories/begin.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          ...each,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
