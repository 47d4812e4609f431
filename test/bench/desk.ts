import type { Machine } from './machine.js';

/** What incidents refer to on a small desk: a customer with a contact, a service with a team, an agreement, a policy. */
export interface Desk {
  readonly customerId: string;
  readonly requesterId: string;
  readonly serviceId: string;
}

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Sets a desk up over HTTP, as an administrator would. */
export async function openDesk({ url }: Pick<Machine, 'url'>, token: string, steps = HALF_AND_WHOLE): Promise<Desk> {
  const ask = async (path: string, body: object, version?: number): Promise<{ id: string; version: number }> => {
    const answer = await fetch(`${url}/v1/${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(version !== undefined && { 'if-match': `"${version}"` }),
      },
      body: JSON.stringify(body),
    });
    const made = (await answer.json()) as { id: string; version: number };
    if (!answer.ok) throw new Error(`POST ${path}: ${JSON.stringify(made)}`);
    return made;
  };
  const { id: agentId } = await ask('people', { title: 'Ada Agent', email: 'ada@desk.example' });
  const { id: teamId } = await ask('teams', { title: 'Service desk', memberIds: [agentId], levels: [[agentId]] });
  const { id: customerId } = await ask('customers', { title: 'Harbour Works', timezone: 'Europe/Berlin' });
  const contact = { title: 'Cleo Contact', email: 'cleo@harbour.example', customerId };
  const { id: requesterId } = await ask('contacts', contact);
  const { id: serviceId } = await ask('services', { title: 'Mail', teamId, criticality: 2 });
  await ask(`services/${serviceId}/design`, {}, 1);
  await ask(`services/${serviceId}/launch`, {}, 2);
  const hours = Object.fromEntries(weekdays.map((day) => [day, [['00:00', '24:00']]]));
  const { id: calendarId } = await ask('calendars', { title: 'Always', timezone: 'Europe/Berlin', hours });
  const { id: agreementId } = await ask('agreements', {
    title: 'Harbour SLA',
    customerId,
    calendarId,
    timezone: 'Europe/Berlin',
    validFrom: '2020-01-01',
    targets: Object.fromEntries(['1', '2', '3', '4', '5'].map((priority) => [priority, targetsOf(Number(priority))])),
  });
  await ask(`agreements/${agreementId}/activate`, {}, 1);
  await ask('escalation-policies', {
    title: 'Default',
    isDefault: true,
    steps,
    terminal: { kind: 'topic', topic: 'management' },
  });
  return { customerId, requesterId, serviceId };
}

const mails = (who: object) => ({ audience: [who], channels: ['email'] });
const HALF_AND_WHOLE: readonly object[] = [
  { id: 'half', clock: 'resolution', at: { percent: 50 }, ...mails({ kind: 'team-level', level: 1 }) },
  { id: 'breached', clock: 'resolution', at: { minutesAfter: 0 }, ...mails({ kind: 'service-owner' }) },
];
/** Only the team, and only when the time is over. */
export const AT_THE_END: readonly object[] = [
  { id: 'breached', clock: 'resolution', at: { minutesAfter: 0 }, ...mails({ kind: 'team-level', level: 1 }) },
];

const targetsOf = (priority: number) => ({
  response: { minutes: 60 * priority },
  resolution: { minutes: 480 * priority },
  update: { minutes: 240 * priority },
});

/** English as people write it to a desk, of about so many bytes and never twice the same. */
export function prose(bytes: number, seed: number): string {
  let state = seed * 2_654_435_761 + 1;
  let text = '';
  while (text.length < bytes) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += `${WORDS[(state >>> 8) % WORDS.length]} `;
  }
  return text.slice(0, bytes).trim();
}

const WORDS = (
  'since this morning nobody in the office on the third floor can open the shared calendar and the printer beside the ' +
  'meeting room shows an error after every second page we restarted both twice without any success please call me before ' +
  'noon because a customer visits us today and needs invoices signed our network cable was replaced last week by your ' +
  'technician but the connection drops whenever somebody starts a video conference attached you find screenshots of messages ' +
  'from outlook which asks again for passwords although mine has not expired yet laptop docking station monitor flickers ' +
  'vpn tunnel times out error code report backup server warehouse scanner battery login account locked permission folder'
).split(' ');

/** The report of an incident whose JSON has about two kilobytes. */
export const report = (desk: Partial<Desk>, seed: number): object => {
  const rest = { title: 'The printer on the second floor does not answer', impact: 2, urgency: 2, ...desk };
  return { ...rest, description: prose(2048 - JSON.stringify(rest).length - 18, seed) };
};
