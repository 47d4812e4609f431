import { readIfThere, writeWhole } from './atomic-file.js';
import type { AwsService } from './aws-endpoint.js';
import { AwsError } from './aws-error.js';
import { jsonService } from './aws-json.js';

/** Secrets of one machine: made on the first start, kept in the data folder with access for its owner only. */
export async function openSecrets(path: string, makers: Record<string, () => string>): Promise<Map<string, string>> {
  const content = await readIfThere(path);
  const kept = content ? (JSON.parse(content.toString('utf8')) as Record<string, string>) : {};
  const missing = Object.keys(makers).filter((name) => !Object.hasOwn(kept, name));
  for (const name of missing) kept[name] = makers[name]!();
  if (missing.length > 0) await writeWhole(path, JSON.stringify(kept));
  return new Map(Object.entries(kept));
}

/** Secrets Manager's GetSecretValue; a secret is named by its name or an ARN that ends with it. */
export function secretsManager(secrets: ReadonlyMap<string, string>): AwsService {
  return jsonService('secretsmanager', {
    GetSecretValue: async ({ SecretId }: { SecretId?: string }) => {
      const name = SecretId?.split(':secret:').at(-1) ?? '';
      const SecretString = secrets.get(name);
      if (SecretString === undefined) {
        throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
      }
      return {
        ARN: `arn:aws:secretsmanager:local:000000000000:secret:${name}`,
        Name: name,
        SecretString,
        VersionStages: ['AWSCURRENT'],
      };
    },
  });
}
