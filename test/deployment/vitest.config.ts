import { defineConfig } from 'vitest/config';

// Everybody signs in under a name of this run, so that a deployment that was kept can be told stories again.
process.env['STEWARD_RUN'] ??= Date.now().toString(36);

/** The deployment's own tests, and the stories that every world tells. */
export default defineConfig({
  test: {
    include: ['test/deployment/**/*.test.ts', 'test/stories/**/*.test.ts'],
    // These need a machine of their own, to kill it or to stand between it and its table.
    exclude: ['test/stories/crashes/**'],
    globalSetup: ['test/stories/begin.ts'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // One account, one emulator, two processors: files run one after another.
    fileParallelism: false,
    passWithNoTests: false,
  },
});
