/**
 * How every function is bundled, for CDK and for the script that weighs the bundles: ESM for Node 24, the AWS SDK inside
 * (Lambda's own copy loads slower, and emulators have none), packages by their ES modules where they have them.
 */
export const BUNDLE = {
  target: 'node24',
  mainFields: ['module', 'main'],
  /** Some CommonJS parts of dependencies call `require`. */
  banner: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
  /** Bytes of minified code that a function may weigh. */
  limit: 600_000,
} as const;
