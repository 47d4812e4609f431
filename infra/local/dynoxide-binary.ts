import { chmodSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The native binary for this platform, from the optional package that npm installed for it.
 * Throws a sentence naming the way out where there is none.
 */
export function dynoxideBinary(platform: string = process.platform, architecture: string = process.arch): string {
  const name = `@dynoxide/${platform}-${architecture}`;
  const path = join(packageFolder(name), platform === 'win32' ? 'dynoxide.exe' : 'dynoxide');
  if (!existsSync(path)) throw absent(name);
  if (platform !== 'win32') chmodSync(path, 0o755);
  return path;
}

function packageFolder(name: string): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch (cause) {
    throw absent(name, cause);
  }
}

const absent = (name: string, cause?: unknown): Error =>
  new Error(
    `The database for this platform (${name}) is not installed. Run "npm ci" without --omit=optional, ` +
      'or set DYNAMODB_ENDPOINT to a DynamoDB Local or any other DynamoDB.',
    { cause },
  );
