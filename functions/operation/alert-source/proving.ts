import { Refusal } from '../../kernel/errors.js';
import type { Context, Signed } from '../../kernel/route.js';
import { secretsOf, signingSecrets } from '../../kernel/shared-secret.js';
import { type AlertSource, alertSources } from './entity.js';

/**
 * Who sends: a source proves itself by its bearer token, or by a signature of Standard Webhooks over the text as it came, whose
 * timestamp may be five minutes off. Whatever fails, the answer is the same, and says nothing of whether there is such a source.
 */
export const TOLERANCE_SECONDS = 300;

type Asking = Pick<Context, 'records' | 'vault' | 'now'>;

export interface Proven {
  readonly source: AlertSource;
  /** The id of a signed message: the same when it is delivered again. */
  readonly messageId?: string;
}

/** Refuses `unauthenticated`; and `forbidden` to a source that is proven but not in use. */
export async function proven(context: Asking, id: string, { headers, text }: Signed): Promise<Proven> {
  const source = (await context.records.find(alertSources, id))?.record as AlertSource | undefined;
  const kind = source?.kind;
  const messageId = headers['webhook-id'];
  const holds =
    source !== undefined &&
    ((kind === 'alertmanager' && (await hasToken(context, source, headers['authorization']))) ||
      (kind === 'generic' && (await isSigned(context, source, headers, text))));
  if (!source || !holds)
    throw new Refusal('unauthenticated', 'The shared secret of this source is missing, wrong or out of date.');
  if (!source.enabled || source.status !== 'active')
    throw new Refusal('forbidden', `${source.number} is not in use; enable it to take alerts in again.`);
  return { source, ...(kind === 'generic' && messageId !== undefined && { messageId }) };
}

async function hasToken({ records, vault, now }: Asking, { id }: AlertSource, authorization = ''): Promise<boolean> {
  const given = /^bearer ([\x21-\x7e]{1,500})$/i.exec(authorization.trim())?.[1] ?? '';
  const digest = vault.digest(given);
  const kept = await secretsOf(records, alertSources, id, now);
  return given !== '' && kept.some((issued) => issued.kind === 'bearer' && vault.isSame(issued.kept, digest));
}

async function isSigned({ records, vault, now }: Asking, { id }: AlertSource, headers: Signed['headers'], text: string) {
  const [message, stamp, signatures] = [headers['webhook-id'], headers['webhook-timestamp'], headers['webhook-signature']];
  if (!/^[\x21-\x7e]{1,200}$/.test(message ?? '') || !/^\d{1,12}$/.test(stamp ?? '') || signatures === undefined) return false;
  const at = Number(stamp);
  if (Math.abs(now.getTime() / 1000 - at) > TOLERANCE_SECONDS) return false;
  const secrets = await signingSecrets(records, vault, alertSources, id, now);
  const given = signatures.split(' ').slice(0, 10);
  return secrets.some((secret) => {
    const right = vault.signature({ id: message!, at, text }, secret);
    return given.some((signature) => vault.isSame(signature, right));
  });
}
