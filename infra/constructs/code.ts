import { cpSync } from 'node:fs';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { bundle } from '../bundling.js';

/** The code of a function, bundled when its stack is synthesised; `beside` is a folder that is laid next to it. */
export const codeOf = (entry: string, beside?: { readonly folder: string; readonly build: () => void }): Code =>
  Code.fromAsset('functions', {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Named because CDK asks for one; bundling never leaves this process.
      image: DockerImage.fromRegistry('none'),
      // And so that two entries are two assets: CDK tells them apart by what would be run.
      command: ['bundle', entry],
      local: {
        tryBundle(folder) {
          bundle(entry, folder);
          beside?.build();
          if (beside) cpSync(beside.folder, `${folder}/dist`, { recursive: true });
          return true;
        },
      },
    },
  });
