import * as z from 'zod';
import { CommentBody } from '../../kernel/comment-routes.js';
import { Refusal } from '../../kernel/errors.js';
import { Id } from '../../kernel/record.js';
import { readSeen } from '../../kernel/record-routes.js';
import type { Context, Share } from '../../kernel/route.js';
import { moving } from '../../kernel/write-routes.js';
import { clocked } from './clocking.js';
import { assign, cancel, close, comment, pend, resolve } from './commands.js';
import { type Command, command } from './desk.js';
import { incidents } from './entity.js';
import { type Incident, Resolution, Waiting } from './incident.js';
import { boundOf } from './surroundings.js';
import { type Underpinned, underpin } from './underpinned.js';

/**
 * One action on many incidents. Each is decided and written by itself, on the version that was previewed, and each has its own
 * result: there is no transaction over all of them, and nothing that was refused is passed over in silence.
 */
const reason = z.string().trim().min(1).max(2000);

export const Action = z.discriminatedUnion('verb', [
  z.strictObject({ verb: z.literal('assign'), teamId: Id.optional(), assigneeId: Id.optional() }),
  z.strictObject({ verb: z.literal('pend'), ...Waiting.shape }),
  z.strictObject({ verb: z.literal('resolve'), ...Resolution.shape }),
  z.strictObject({ verb: z.literal('close') }),
  z.strictObject({ verb: z.literal('cancel'), reason }),
  z.strictObject({ verb: z.literal('comment'), ...CommentBody.shape }),
]);
export type Action = z.infer<typeof Action>;

/** What became of one, or would. */
export interface Outcome {
  readonly id: string;
  readonly number?: string;
  readonly outcome: 'would-change' | 'changed' | 'refused' | 'not-tried';
  /** The version that it was seen at in a preview, and that it has now when it was changed. */
  readonly version?: number;
  readonly status?: string;
  readonly reason?: string;
  readonly detail?: string;
}

export interface Named {
  readonly id: string;
  readonly version?: number | undefined;
}

export function commandOf(
  action: Action,
  { caller, now, records }: Pick<Context, 'caller' | 'now' | 'records'>,
  underpinned?: Underpinned,
): Command {
  switch (action.verb) {
    case 'assign':
      return (incident, at) => assign(incident, action, at, underpinned);
    case 'pend': {
      const { verb: _, ...body } = action;
      return (incident, at) => pend(incident, body, at);
    }
    case 'resolve': {
      const { verb: _, ...body } = action;
      return (incident, at) => resolve(incident, body, at);
    }
    case 'close':
      return (incident, at) => close(incident, at);
    case 'cancel':
      return (incident, at) => cancel(incident, action.reason, at);
    case 'comment': {
      const { verb: _, ...body } = action;
      const said = { ...body, id: records.mintId(), at: now.toISOString(), by: caller.id, fromRequester: false, via: 'api' };
      return (incident, at) => comment(incident, said, at);
    }
  }
}

/** What the team that it is given to promises for it. */
async function promisedBy(action: Action, { teamId, serviceId, priority }: Incident, { records, now }: Context) {
  if (action.verb !== 'assign' || action.teamId === undefined || action.teamId === teamId) return undefined;
  return underpin(records, { teamId: action.teamId, serviceId, priority, at: now.toISOString() });
}

/** What would happen to one as it stands now; nothing is written. */
export async function previewed(context: Context, { id, version }: Named, action: Action): Promise<Outcome> {
  let seen: Pick<Outcome, 'id'> = { id };
  try {
    const stored = await readSeen(context, incidents, id);
    const { record } = stored;
    seen = { id: record.id, number: record.number, version: record.version } as Outcome;
    if (version !== undefined && version !== record.version) throw movedOn(record.number, record.version);
    const underpinned = await promisedBy(action, record, context);
    const bound = await boundOf(context.records, record, [underpinned?.attachment]);
    const change = commandOf(action, context, underpinned)(record, moving(context));
    const { next } = clocked(change, stored, bound, context.now.toISOString());
    return { ...seen, outcome: 'would-change', status: next.status };
  } catch (error) {
    return refusedOr(error, seen);
  }
}

/** Does it to one, once under one key. */
export async function applied(context: Context, share: Share, { id, version }: Named, action: Action): Promise<Outcome> {
  const before = await earlier(share);
  if (before) return before;
  const desk = { ...context, records: share.records };
  try {
    const underpinned = await promisedBy(action, (await readSeen(context, incidents, id)).record, context);
    const rule = commandOf(action, context, underpinned);
    const { record } = await command(desk, id, version, rule, [underpinned?.attachment]);
    return { id: record.id, number: record.number, outcome: 'changed', version: record.version, status: record.status };
  } catch (error) {
    // The same request, sent twice at once, may have been faster with this one, and explains every refusal.
    const done = await earlier(share);
    return done ?? refusedOr(error, { id });
  }
}

async function earlier(share: Share): Promise<Outcome | undefined> {
  const event = await share.earlier();
  if (!event) return undefined;
  const { id, number, status } = event.record as Record<'id' | 'number' | 'status', string>;
  return { id, number, outcome: 'changed', version: event.version, status };
}

function refusedOr(error: unknown, seen: Pick<Outcome, 'id'>): Outcome {
  if (!(error instanceof Refusal)) throw error;
  return { ...seen, outcome: 'refused', reason: error.reason, detail: error.message };
}

const movedOn = (number: string, version: number): Refusal =>
  new Refusal('stale', `${number} was changed by someone else: it is at version ${version} now. Look at it again.`);
