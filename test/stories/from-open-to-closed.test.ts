import { beforeAll, describe, expect, it } from 'vitest';
import { verifyChain } from '../../functions/platform/chain.js';
import { clock, command, comment, history, mailsAbout, open, read } from './incident.js';
import { hire, type Organisation, type Party } from './organisation.js';
import { ALWAYS, promise } from './promise.js';
import { theWorld } from './which-world.js';
import type { World } from './world.js';

describe('an incident from open to closed', () => {
  let world: World;
  let organisation: Organisation;
  let specialist: Party;
  let incident: any;
  let customer: Party;

  beforeAll(async () => {
    ({ world, organisation } = await theWorld());
    customer = organisation.contacts.requester;
    specialist = await hire(world, 'Greta Sommer');
    const { serviceId } = await promise(world, organisation, {
      title: 'Label printing',
      calendar: ALWAYS,
      targets: { response: { minutes: 60 }, resolution: { minutes: 480 }, update: { minutes: 120 } },
      levels: [[specialist]],
    });
    incident = await open(world, 'requester', { title: 'Labels come out blank', impact: 2, urgency: 1, serviceId });
  });

  it('is opened by a requester with a number, a priority and running clocks', async () => {
    expect(incident).toMatchObject({ status: 'new', priority: 2, requesterId: customer.id });
    expect(incident.number).toMatch(/^INC-\d+$/);
    expect(await clock(world, incident.id, 'response')).toMatchObject({ status: 'running', target: { minutes: 60 } });
    expect((await clock(world, incident.id, 'response')).from).toBe((await read(world, incident.id)).receivedAt);
  });

  it('tells the requester that it was received, with a mail of two parts that answers come back by', async () => {
    const mail = await world.eventually('the receipt', async () => (await mailsAbout(world, incident, customer.email))[0]);
    expect(mail.subject).toBe(`[${incident.number}] We have received: Labels come out blank`);
    expect(mail.text).toContain(incident.number);
    expect(mail.html).toContain('<html');
    expect(mail.replyTo).toHaveLength(1);
    expect(mail.headers['Auto-Submitted']).toBe('auto-generated');
  });

  it('stands in the queue of its team', async () => {
    const { teamId } = await read(world, incident.id);
    const { body } = await world.api('GET', `/v1/incidents?teamId=${teamId}&phase=live&sort=due`, { as: 'agent' });
    expect(body.items.map(({ number }: { number: string }) => number)).toEqual([incident.number]);
  });

  it('is acknowledged by an agent, which stops the response clock in time', async () => {
    await command(world, incident.id, 'acknowledge');
    expect(await read(world, incident.id)).toMatchObject({ status: 'in-progress', acknowledgedBy: organisation.people.agent.id });
    expect(await clock(world, incident.id, 'response')).toMatchObject({ status: 'stopped', breached: false });
  });

  it('is given to a specialist, who is told', async () => {
    await command(world, incident.id, 'assign', { assigneeId: specialist.id });
    await world.eventually('the mail to the specialist', async () => (await mailsAbout(world, incident, specialist.email))[0]);
  });

  it('carries a conversation: public comments reach the requester, internal ones never do', async () => {
    await comment(world, incident.id, 'agent', 'The print head was cleaned twice.', 'internal');
    await comment(world, incident.id, 'agent', 'Please print a test page.');
    const mail = await world.eventually('the comment by mail', async () =>
      (await mailsAbout(world, incident, customer.email)).find(({ text }) => text.includes('Please print a test page.')),
    );
    expect(mail.text).toContain('Ada Okafor');
    await comment(world, incident.id, 'requester', 'Still blank.');
    const { body } = await world.api('GET', `/v1/incidents/${incident.id}/comments`, { as: 'requester' });
    expect(body.items.map((said: { body: string }) => said.body)).toEqual(['Please print a test page.', 'Still blank.']);
  });

  it('keeps the minutes of work', async () => {
    await world.api('POST', `/v1/incidents/${incident.id}/worklog`, { as: 'agent', body: { minutes: 25, text: 'On site.' } });
    expect((await read(world, incident.id)).minutesSpent).toBe(25);
  });

  it('is resolved with a code, which the requester reads in the mail', async () => {
    await command(world, incident.id, 'resolve', { code: 'fixed', text: 'The print head was replaced.' });
    const mail = await world.eventually('the resolution by mail', async () =>
      (await mailsAbout(world, incident, customer.email)).find(({ subject }) => subject.includes('Resolved')),
    );
    expect(mail.text).toContain('The print head was replaced.');
    expect(await clock(world, incident.id, 'resolution')).toMatchObject({ status: 'stopped', breached: false });
  });

  it('is closed by the requester, and then takes no further move but reopening', async () => {
    await command(world, incident.id, 'close', {}, 'requester');
    const closed = await world.api('GET', `/v1/incidents/${incident.id}`, { as: 'agent' });
    expect(closed.body.status).toBe('closed');
    const headers = { 'if-match': closed.headers.get('etag')! };
    const refused = await world.api('POST', `/v1/incidents/${incident.id}/pend`, {
      as: 'agent',
      headers,
      body: { reason: 'customer' },
    });
    expect(refused.status).toBe(409);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(refused.body.moves).toEqual(['reopen']);
  });

  it('leaves a history that verifies, in which every mail is found', async () => {
    const events = await world.eventually('every mail to be marked as sent', async () => {
      const all = await history(world, `/v1/incidents/${incident.id}`);
      const owed = all.flatMap(({ detail }) => (detail['notices'] as unknown[] | undefined) ?? []);
      return all.filter(({ event }) => event === 'incident.notified').length === owed.length && all;
    });
    expect(verifyChain('incident', incident.id, events)).toMatchObject({ whole: true, events: events.length });
    expect(events[0]!.event).toBe('incident.opened');
    expect(events.filter(({ event }) => event === 'incident.notified').length).toBeGreaterThanOrEqual(5);
    const rewritten = events.map((event) => (event.sequence === 3 ? { ...event, actor: 'somebody else' } : event));
    expect(verifyChain('incident', incident.id, rewritten)).toMatchObject({ whole: false, sequence: 3 });
  });
});
