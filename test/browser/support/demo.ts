import { write } from '../../../functions/kernel/letter.js';
import type { TestDesk } from '../../support/desk.js';
import { areasUnderTest, type SmallDesk, smallDesk } from '../../support/fixtures.js';

const { design, operation, strategy, support, relationship } = areasUnderTest;

export const PEOPLE = [
  { id: 'agent-1', name: 'Ada Agent', roles: ['agent'] },
  { id: 'lead-1', name: 'Mei Tanaka', roles: ['sms-manager', 'agent'] },
  { id: 'auditor-1', name: 'Aurel Auditor', roles: ['auditor'] },
  { id: 'contact-1', name: 'Cleo Contact', roles: ['requester'] },
  { id: 'contact-2', name: 'Otto Other', roles: ['requester'] },
];

export interface Demo extends SmallDesk {
  /** By what is the matter with each. */
  readonly numbers: Readonly<Record<'worked' | 'breached' | 'paused' | 'hostile' | 'resolved', string>>;
}

export const HOSTILE = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';

const agent = { roles: 'agent', sub: 'agent-1' };

/** A morning at a small desk: incidents at every stage, one of them with a conversation and a history. */
export async function demo(desk: TestDesk): Promise<Demo> {
  desk.now = new Date('2026-03-02T07:00:00.000Z');
  const small = await smallDesk(desk);
  await desk.call(support, 'POST /v1/teams', { body: { title: '网络运维' } });
  const open = async (body: object) =>
    (
      await desk.call(operation, 'POST /v1/incidents', {
        ...agent,
        body: { requesterId: small.contactId, serviceId: small.serviceId, ...body },
      })
    ).body;
  const act = async (number: string, verb: string, body: object = {}, as = agent) => {
    const { body: now } = await desk.call(operation, `GET /v1/incidents/${number}`, agent);
    const answer = await desk.call(operation, `POST /v1/incidents/${number}/${verb}`, {
      ...as,
      body,
      headers: { 'if-match': `"${now.version}"` },
    });
    if (answer.status >= 300) throw new Error(`${verb}: ${JSON.stringify(answer.body)}`);
  };
  const later = (minutes: number) => {
    desk.now = new Date(desk.now.getTime() + minutes * 60_000);
  };
  const say = (number: string, body: string, visibility: string, as = agent) =>
    desk.call(operation, `POST /v1/incidents/${number}/comments`, { ...as, body: { body, ...(as === agent && { visibility }) } });

  const breached = await open({ title: 'Payments are refused at all tills', impact: 1, urgency: 1 });
  later(75);
  const worked = await open({
    title: 'The label printer in the warehouse prints blank labels',
    description:
      'Since this morning every label comes out blank.\n\nWe have changed the roll and restarted the printer twice. The lorry leaves at two.',
    impact: 2,
    urgency: 1,
    category: 'hardware/printer',
  });
  await open({ title: '无法登录邮箱：提示密码错误，但密码没有更改过', impact: 2, urgency: 2 });
  const paused = await open({ title: 'New starter has no access to the shared calendar', impact: 3, urgency: 2 });
  const hostile = await open({ title: HOSTILE, description: HOSTILE, impact: 3, urgency: 3 });
  await open({ title: 'Screen flickers', requesterId: undefined, serviceId: undefined, impact: 3, urgency: 3 });
  const resolved = await open({ title: 'Scanner sends to the wrong folder', impact: 3, urgency: 2 });
  later(12);
  await act(worked.number, 'acknowledge');
  await act(worked.number, 'assign', { teamId: small.teamId, assigneeId: small.agentId });
  await say(
    worked.number,
    'Good morning, we have found the cause: the driver of last night turned the labels by a quarter.',
    'public',
  );
  later(9);
  await say(worked.number, 'It is the second printer, the one by the gate.', 'public', { roles: 'requester', sub: 'contact-1' });
  await say(worked.number, 'Driver 4.2 is known to do this; going back to 4.1.', 'internal');
  await act(worked.number, 'pend', { reason: 'customer', note: 'Waiting for a test label.' });
  later(14);
  await act(worked.number, 'resume');
  await desk.call(operation, `POST /v1/incidents/${worked.number}/worklog`, {
    ...agent,
    body: { minutes: 20, text: 'Went back to the former driver.' },
  });
  await act(paused.number, 'pend', { reason: 'customer' });
  await act(resolved.number, 'resolve', { code: 'fixed', text: 'The scanner’s address book was corrected.' });
  later(5);
  const numbers = {
    worked: worked.number,
    breached: breached.number,
    paused: paused.number,
    hostile: hostile.number,
    resolved: resolved.number,
  };
  return { ...small, numbers };
}

/** The outbox as one machine shows it. */
export function letters(demo: Demo): object[] {
  const sending = { house: 'Example Desk', replyTo: 'desk@desk.example' };
  const reader = { language: 'en', timeZone: 'Europe/Berlin' };
  const about = {
    number: demo.numbers.worked,
    title: 'The label printer in the warehouse prints blank labels',
    link: 'http://127.0.0.1/#/',
  };
  const all = [
    write(
      { letter: 'incident-received', ...about, receivedAt: '2026-03-02T08:15:00Z', responseDueAt: '2026-03-02T08:45:00Z' },
      reader,
      sending,
    ),
    write(
      { letter: 'public-comment', ...about, author: 'Ada Agent', text: 'We have found the cause.\n\nPlease print one label.' },
      { ...reader, language: 'zh-CN' },
      sending,
    ),
    write(
      { letter: 'clock-breached', ...about, title: HOSTILE, clock: 'resolution', dueAt: '2026-03-02T12:00:00Z', priority: 'P1' },
      reader,
      sending,
    ),
  ];
  const mails = all.map(({ subject, text, html }, i) => ({
    id: `mail-${i + 1}`,
    to: i === 2 ? 'ada@desk.example' : 'cleo@harbour.example',
    subject,
    text,
    html: i === 2 ? `${html}<script>parent.document.title='owned'</script>` : html,
    at: `2026-03-02T08:${15 + i * 10}:00.000Z`,
    tags: {},
  }));
  const topic = 'arn:aws:sns:eu-west-1:000000000000:management';
  const publication = {
    kind: 'publication',
    id: 'topic-1',
    at: '2026-03-02T08:00:00.000Z',
    topic,
    message: 'INC-1001 breached.',
    attributes: {},
  };
  return [...mails, publication];
}

export const areaOf = (path: string) => {
  const collection = path.split('/')[2];
  return [operation, design, strategy, support, relationship].find(({ routes }) =>
    routes.some((route) => route.path.split('/')[2] === collection),
  );
};
