import { type AttachmentFacts, attachmentItem } from '../../kernel/attachment-routes.js';
import { addComment, type Comment } from '../../kernel/comment-routes.js';
import { partitionOf } from '../../kernel/entity.js';
import { Refusal } from '../../kernel/errors.js';
import { linkItem } from '../../kernel/link-routes.js';
import type { Caller } from '../../kernel/permission.js';
import type { Moving } from '../../kernel/write-routes.js';
import { messages } from '../../support/message/entity.js';
import { LONGEST_TEXT, type MessageRecord, shortened } from '../../support/message/message.js';
import type { Change } from './clocking.js';
import { comment } from './commands.js';
import { command, type Desk } from './desk.js';
import { incidents } from './entity.js';
import { type Incident, phaseOf } from './incident.js';
import { openIncident, usualService } from './intake.js';
import { survivorOf } from './survivor.js';

/**
 * What an accepted mail does: it opens an incident, or becomes a comment of one (ISO/IEC 20000-1:2018, 8.6.1). Heard of once or
 * more, it does so once: the incident's `messageId` is unique, and the comment's id is the message's. Each is one transaction,
 * with the files that the mail carried.
 */
export const MAIL: Caller = { id: 'mail', kind: 'system', roles: ['agent'] };

export interface Effect {
  /** `none`: the message is not accepted, or its effect stood already. */
  readonly did: 'opened' | 'commented' | 'none';
  readonly incidentId?: string;
}

/** `records` writes as the actor `mail`. Refuses `not-found` for a message that is not there. */
export async function fromMail({ records, now }: Omit<Desk, 'caller'>, messageId: string): Promise<Effect> {
  const desk: Desk = { records, now, caller: MAIL };
  const { record: message } = await records.read(messages, messageId);
  const stood = message.status === 'accepted' ? await effectOf(desk, message) : undefined;
  if (message.status !== 'accepted' || stood !== undefined)
    return { did: 'none', ...(stood !== undefined && { incidentId: stood }) };
  try {
    return await takeEffect(desk, message);
  } catch (error) {
    // Heard of twice at once: the other one's transaction was first.
    const first = error instanceof Refusal && error.reason === 'conflict' ? await effectOf(desk, message) : undefined;
    if (first === undefined) throw error;
    return { did: 'none', incidentId: first };
  }
}

/** The incident that the message has opened, or is a comment of, already. */
async function effectOf({ records }: Desk, { id, answers }: MessageRecord): Promise<string | undefined> {
  const opened = await records.holder(incidents, 'message', id);
  if (opened !== undefined || answers === undefined) return opened;
  const named = await records.find(incidents, answers.id);
  const goesOn = named && (await survivorOf(records, named.record));
  if (!goesOn) return undefined;
  const places = [...new Set([answers.id, goesOn.id])].flatMap((at) =>
    ['public', 'internal'].map((visibility) => ({ at, sk: `COMMENT#${visibility}#${id}` })),
  );
  const found = await Promise.all(places.map(({ at, sk }) => records.companion(incidents, partitionOf(incidents, at), sk)));
  return places.find((_, i) => found[i] !== undefined)?.at;
}

/** An incident that was finished since the mail was read takes no more comments: the mail opens one that follows it. */
async function takeEffect(desk: Desk, message: MessageRecord): Promise<Effect> {
  const files = await filesOf(desk, message);
  const named = message.answers && (await desk.records.find(incidents, message.answers.id));
  const answered = named && (await survivorOf(desk.records, named.record));
  if (!answered || phaseOf(answered) === 'done') {
    const follows = answered ?? (message.follows && (await desk.records.find(incidents, message.follows.id))?.record);
    return { did: 'opened', incidentId: await opened(desk, message, files, follows) };
  }
  const said = commentOf(message);
  await command(desk, answered.id, undefined, (incident, moving) => {
    const change = commented(incident, said, message, moving);
    return { ...change, companions: [...(change.companions ?? []), ...files.map((file) => attachmentItem(seenAs(file, said)))] };
  });
  return { did: 'commented', incidentId: answered.id };
}

async function opened(
  desk: Desk,
  message: MessageRecord,
  files: readonly AttachmentFacts[],
  follows?: Incident,
): Promise<string> {
  const { customerId = follows?.customerId, contactId } = message;
  const serviceId = follows?.serviceId ?? (await usualService(desk, customerId));
  const stored = await openIncident(
    desk,
    {
      title: message.title,
      description: shortened([message.text, message.folded].filter((part) => part !== '').join('\n\n'), LONGEST_TEXT),
      impact: 2,
      urgency: 2,
      ...(customerId !== undefined && { customerId }),
      ...(contactId !== undefined && { requesterId: contactId }),
      ...(serviceId !== undefined && { serviceId }),
    },
    {
      source: 'mail',
      receivedAt: message.receivedAt,
      messageId: message.id,
      acknowledge: message.mayAcknowledge,
      beside: (minted) => [
        ...files.map((file) => attachmentItem({ ...file, by: contactId ?? file.by })),
        ...(follows ? [linkItem(incidents, minted, 'relates-to', incidents, follows)] : []),
      ],
    },
  );
  return stored.record.id;
}

/**
 * Staff's own answers stay internal: a mail to a colleague's notice is not yet an answer to the customer. An agent publishes with
 * the API or the console.
 */
function commentOf({ id, text, title, receivedAt, personId, contactId, human }: MessageRecord): Comment {
  const fromRequester = personId === undefined;
  return {
    id,
    body: text === '' ? title : text,
    visibility: fromRequester ? 'public' : 'internal',
    at: receivedAt,
    by: personId ?? contactId ?? MAIL.id,
    fromRequester,
    via: 'mail',
    ...(!human && { automatic: true }),
  };
}

const seenAs = (file: AttachmentFacts, { visibility, by }: Comment): AttachmentFacts => ({ ...file, visibility, by });

/** Who has reopened too often within the hour is heard, and its assignee told, but nothing is reopened. */
function commented(incident: Incident, said: Comment, message: MessageRecord, moving: Moving): Change {
  if (incident.status !== 'resolved' || message.reason !== 'reopened-too-often') return comment(incident, said, moving);
  const { assigneeId } = incident;
  const notice = assigneeId !== undefined && {
    key: `requester-comment#${said.id}#${assigneeId}`,
    letter: 'public-comment',
    to: { kind: 'person' as const, id: assigneeId },
    data: { comment: said.id },
  };
  return { ...addComment('incident', incident, said), ...(notice && { notices: [notice] }) };
}

async function filesOf({ records }: Desk, { id }: MessageRecord): Promise<AttachmentFacts[]> {
  const { items } = await records.companions(messages, partitionOf(messages, id), ['ATTACHMENT#public#'], { limit: 100 });
  return items as unknown as AttachmentFacts[];
}
