import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { readIfThere, writeWhole } from './atomic-file.js';

/**
 * The key that one machine signs its daily roots with: made on the first start, kept in the data folder for its owner only. The
 * public half lies beside it, to be handed to whoever checks. Whoever has the folder can sign: keep the public key and the
 * latest root elsewhere too. Answers the private key as PEM.
 */
export async function openRootKey(folder: string): Promise<string> {
  const [secret, open] = [join(folder, 'root-key.pem'), join(folder, 'root-key.public.pem')];
  const kept = (await readIfThere(secret))?.toString('utf8');
  const pem =
    kept ?? String(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }));
  if (kept === undefined) await writeWhole(secret, pem);
  await writeWhole(open, createPublicKey(pem).export({ type: 'spki', format: 'pem' }), { durable: kept === undefined });
  return pem;
}
