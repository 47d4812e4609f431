import { design } from '../../functions/design/area.js';
import type { Area } from '../../functions/kernel/area.js';
import { operation } from '../../functions/operation/area.js';
import { relationship } from '../../functions/relationship/area.js';
import { strategy } from '../../functions/strategy/area.js';
import { support } from '../../functions/support/area.js';
import type { Desk } from './desk.js';

const ISSUER = 'https://issuer.example';

export interface SmallDesk {
  readonly customerId: string;
  readonly otherCustomerId: string;
  readonly contactId: string;
  readonly otherContactId: string;
  readonly serviceId: string;
  readonly teamId: string;
  readonly agentId: string;
  readonly calendarId: string;
  readonly agreementId: string;
}

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri'];

/** A desk as a small organisation would set it up: two customers, one service with an agreement, office hours in Berlin. */
export async function smallDesk(desk: Desk): Promise<SmallDesk> {
  const make = async (area: Area, path: string, body: object): Promise<string> => {
    const { status, body: made } = await desk.call(area, `POST /v1/${path}`, { body });
    if (status !== 201) throw new Error(`POST ${path}: ${JSON.stringify(made)}`);
    return made.id;
  };
  const agentId = await make(support, 'people', {
    title: 'Ada Agent',
    email: 'ada@desk.example',
    identity: { issuer: ISSUER, subject: 'agent-1' },
  });
  const teamId = await make(support, 'teams', { title: 'Service desk', memberIds: [agentId], levels: [[agentId]] });
  const customerId = await make(relationship, 'customers', {
    title: 'Harbour Works',
    timezone: 'Europe/Berlin',
    domains: ['harbour.example'],
  });
  const otherCustomerId = await make(relationship, 'customers', { title: 'Other Works', timezone: 'Asia/Shanghai' });
  const contactId = await make(relationship, 'contacts', {
    title: 'Cleo Contact',
    email: 'cleo@harbour.example',
    customerId,
    identity: { issuer: ISSUER, subject: 'contact-1' },
  });
  const otherContactId = await make(relationship, 'contacts', {
    title: 'Otto Other',
    email: 'otto@other.example',
    customerId: otherCustomerId,
    identity: { issuer: ISSUER, subject: 'contact-2' },
  });
  const calendarId = await make(design, 'calendars', {
    title: 'Office hours',
    timezone: 'Europe/Berlin',
    hours: Object.fromEntries(weekdays.map((day) => [day, [['09:00', '18:00']]])),
  });
  const serviceId = await make(strategy, 'services', { title: 'Mail', teamId, criticality: 2 });
  for (const [move, version] of [
    ['design', 1],
    ['launch', 2],
  ] as const) {
    await desk.call(strategy, `POST /v1/services/${serviceId}/${move}`, { body: {}, headers: { 'if-match': `"${version}"` } });
  }
  const targets = (response: number, resolution: number) => ({
    response: { minutes: response },
    resolution: { minutes: resolution },
    update: { minutes: resolution },
  });
  const agreementId = await make(design, 'agreements', {
    title: 'Harbour SLA',
    customerId,
    calendarId,
    timezone: 'Europe/Berlin',
    validFrom: '2026-01-01',
    targets: { '1': targets(15, 240), '2': targets(30, 480), '3': targets(60, 960), '4': targets(120, 1920) },
  });
  await desk.call(design, `POST /v1/agreements/${agreementId}/activate`, { body: {}, headers: { 'if-match': '"1"' } });
  await make(design, 'escalation-policies', {
    title: 'Default',
    isDefault: true,
    steps: [
      {
        id: 'half',
        clock: 'resolution',
        at: { percent: 50 },
        audience: [{ kind: 'assignee' }, { kind: 'team-level', level: 1 }],
        channels: ['email'],
      },
      {
        id: 'breached',
        clock: 'resolution',
        at: { minutesAfter: 0 },
        audience: [{ kind: 'service-owner' }],
        channels: ['email'],
      },
      {
        id: 'unanswered',
        clock: 'response',
        at: { percent: 80 },
        audience: [{ kind: 'team-level', level: 1 }],
        channels: ['email'],
        acknowledgeWithinMinutes: 10,
      },
    ],
    terminal: { kind: 'topic', topic: 'management' },
  });
  return { customerId, otherCustomerId, contactId, otherContactId, serviceId, teamId, agentId, calendarId, agreementId };
}

export const areasUnderTest = { design, operation, relationship, strategy, support };
