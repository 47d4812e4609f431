import { roots } from '../../functions/governance/root/entity.js';
import { record } from '../../functions/governance/root/root.js';
import { messages } from '../../functions/support/message/entity.js';
import { type Arrived, receive } from '../../functions/support/message/message.js';
import type { TestDesk } from '../support/desk.js';
import { smallDesk } from '../support/fixtures.js';
import { type Wire, wireTo } from './gateway-call.js';

/** Words that stand in nothing but one party's records, so that a single one in another's answer is a leak. */
export const MARKS = {
  own: 'ownsecretquokka',
  colleague: 'colleaguesecretnarwhal',
  foreign: 'foreignsecretaxolotl',
  internal: 'internalsecretpangolin',
} as const;
/** What smallDesk calls the other customer and its contact. */
export const FOREIGN_WORDS = [MARKS.foreign, MARKS.colleague, MARKS.internal, 'Otto Other', 'otto@other', 'Other Works'];

export const CONTACT = { roles: 'requester', sub: 'contact-1' } as const;
export const COLLEAGUE = { roles: 'requester', sub: 'contact-3' } as const;
export const STRANGER = { roles: 'requester', sub: 'contact-2' } as const;

/** Ids of standing records, by noun; `own` and `foreign` as the contact `contact-1` sees it. */
export interface BusyDesk {
  readonly wire: Wire;
  readonly ids: Record<string, string[]>;
  readonly own: Record<string, string>;
  readonly colleague: Record<string, string>;
  readonly foreign: Record<string, string>;
}

/** Two customers, three contacts, and records of every kind that people of the customers' side may see, each marked with whose it is. */
export async function busyDesk(desk: TestDesk): Promise<BusyDesk> {
  const wire = wireTo(desk.dependencies);
  const small = await smallDesk(desk);
  const post = async (path: string, body: object, as: object = {}): Promise<string> => {
    const answer = await wire({ method: 'POST', path: `/v1/${path}`, body: JSON.stringify(body), ...as });
    if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.text}`);
    return answer.json.id ?? answer.json.link;
  };
  const identity = { issuer: 'https://issuer.example', subject: 'contact-3' };
  const colleagueId = await post('contacts', {
    title: MARKS.colleague,
    email: 'co@harbour.example',
    customerId: small.customerId,
    identity,
  });
  const supplier = await post('suppliers', { title: 'Northern Cables', email: 'n@cables.example' });
  const policy = await wire({ method: 'GET', path: '/v1/escalation-policies' });
  const matrix = await post('priority-matrices', {
    title: 'Three by three',
    priorities: [
      [1, 2, 3],
      [2, 3, 4],
      [3, 4, 5],
    ],
  });

  const template = await post('reply-templates', { title: 'In hand', text: 'We work on {{number}}.' });

  const queue = await post('queues', { title: 'Live', noun: 'incident', filters: { phase: 'live' }, order: 'due' });

  const recordsOf = async (as: object, mark: string) => {
    const incident = await post('incidents', { title: `Mail ${mark}`, description: mark, serviceId: small.serviceId }, as);
    const complaint = await post('complaints', { title: `Slow ${mark}`, description: mark }, as);
    for (const [plural, id] of [
      ['incidents', incident],
      ['complaints', complaint],
    ] as const) {
      await post(`${plural}/${id}/comments`, { body: mark }, as);
      await post(`${plural}/${id}/comments`, { body: MARKS.internal, visibility: 'internal' });
      await post(`${plural}/${id}/attachments`, { fileName: `${mark}.txt`, contentType: 'text/plain', size: 9 }, as);
      await post(`${plural}/${id}/attachments`, {
        fileName: `${MARKS.internal}.txt`,
        contentType: 'text/plain',
        size: 9,
        visibility: 'internal',
      });
      await post(`${plural}/${id}/links`, { type: 'relates-to', entity: 'service', id: small.serviceId });
    }
    await post(`incidents/${incident}/worklog`, { minutes: 5, text: MARKS.internal });
    return { incident, complaint };
  };
  const source = await post('alert-sources', {
    title: 'Prometheus',
    kind: 'alertmanager',
    customerId: small.otherCustomerId,
  });
  const message = await aMessage(desk, small.otherCustomerId);
  const own = await recordsOf(CONTACT, MARKS.own);
  const colleague = await recordsOf(COLLEAGUE, MARKS.colleague);
  const foreign = await recordsOf(STRANGER, MARKS.foreign);

  const ids: Record<string, string[]> = {
    customer: [small.customerId, small.otherCustomerId],
    contact: [small.contactId, colleagueId, small.otherContactId],
    service: [small.serviceId],
    team: [small.teamId],
    person: [small.agentId],
    calendar: [small.calendarId],
    agreement: [small.agreementId],
    supplier: [supplier],
    message: [message],
    'alert-source': [source],
    webhook: [await post('webhooks', { title: 'Chat', url: 'https://chat.example/hook', events: ['incident.*'] })],
    alert: [await anAlert(wire, source)],
    root: [await aRoot(desk)],
    'escalation-policy': [policy.json.items[0].id],
    'priority-matrix': [matrix],
    'reply-template': [template],
    queue: [queue],
    incident: [own.incident, colleague.incident, foreign.incident],
    complaint: [own.complaint, colleague.complaint, foreign.complaint],
  };
  return { wire, ids, own, colleague, foreign };
}

/** What a source said once, of the other customer's. */
async function anAlert(wire: Wire, source: string): Promise<string> {
  const issued = await wire({ method: 'POST', path: `/v1/alert-sources/${source}/secret`, body: '{}' });
  const alert = { status: 'firing', labels: { alertname: MARKS.foreign }, startsAt: '2026-03-02T09:00:00Z', fingerprint: 'f1' };
  const headers = { authorization: `Bearer ${issued.json.secret}` };
  const body = JSON.stringify({ version: '4', status: 'firing', alerts: [alert] });
  await wire({ method: 'POST', path: `/signals/alert-sources/${source}`, body, headers, claims: null });
  const { json } = await wire({ method: 'GET', path: '/v1/alerts' });
  return json.items[0].id;
}

/** The record of a root, as the schedule leaves one. */
async function aRoot({ dependencies, now }: TestDesk): Promise<string> {
  const records = dependencies.store.for({ actor: 'system', now, correlation: 'seal' });
  const digest = 'ab'.repeat(32);
  const sealed = {
    from: '2026-03-01',
    day: '2026-03-01',
    heads: 1,
    tree: digest,
    previous: '0'.repeat(64),
    digest,
    signature: 'MEUCIQ==',
    key: digest,
    sealedAt: now.toISOString(),
    file: { key: 'roots/2026-03-01.json', size: 9 },
  };
  return (await records.create(roots, (minted) => record(minted, sealed))).record.id;
}

/** A mail of the other customer's that waits in triage. */
async function aMessage({ dependencies, now }: TestDesk, customerId: string): Promise<string> {
  const records = dependencies.store.for({ actor: 'system', now, correlation: 'intake' });
  const pass = { spf: 'PASS', dkim: 'PASS', dmarc: 'PASS', spam: 'PASS', virus: 'PASS' } as const;
  const arrived: Arrived = {
    title: MARKS.foreign,
    receivedAt: now.toISOString(),
    from: { name: MARKS.foreign, address: 'otto@other.example' },
    verdicts: pass,
    reason: 'unknown-sender',
    sentence: 'Nobody is known under this address.',
    human: true,
    mayAcknowledge: true,
    customerId,
    text: MARKS.foreign,
    folded: '',
    attachments: 0,
    problems: [],
    raw: { key: 'mail/1', size: 9, copy: 'message/1' },
  };
  return (await records.create(messages, (minted) => receive(minted, arrived, 'triage', []))).record.id;
}
