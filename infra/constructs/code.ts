import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { folderOf } from '../entries.js';

/** The code of a function, bundled when its stack is synthesised; `beside` is a folder that is laid next to it. */
export const codeOf = (entry: string, beside?: { readonly folder: string; readonly build: () => void }): Code =>
  Code.fromAsset('functions', {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Named because CDK asks for one; bundling never leaves this machine.
      image: DockerImage.fromRegistry('none'),
      // And so that two entries are two assets: CDK tells them apart by what would be run.
      command: ['bundle', entry],
      local: {
        tryBundle(folder) {
          cpSync(join(bundles(), folderOf(entry)), folder, { recursive: true });
          beside?.build();
          if (beside) cpSync(beside.folder, join(folder, 'dist'), { recursive: true });
          return true;
        },
      },
    },
  });

let bundled: string | undefined;

/** All functions are bundled at once, when the first is asked for: CDK waits for no promise, and a process for each is slow. */
function bundles(): string {
  if (bundled === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'steward-bundles-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    run('infra/bundle-all.ts', folder);
    bundled = folder;
  }
  return bundled;
}

/** Runs one of our own scripts to its end; its output is not the synthesis's, its complaints are. */
export const run = (script: string, ...given: string[]): void => {
  execFileSync(process.execPath, ['--import', 'tsx', script, ...given], { stdio: ['ignore', 'ignore', 'inherit'] });
};
