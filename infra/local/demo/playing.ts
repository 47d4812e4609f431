import { close } from '../../../functions/operation/incident/commands.js';
import { command } from '../../../functions/operation/incident/desk.js';
import { incidents } from '../../../functions/operation/incident/entity.js';
import { watch } from '../../../functions/operation/incident/watching.js';
import type { Course, Step } from './course.js';
import type { Organisation } from './organisation.js';
import type { PastDesk, Shown } from './past-desk.js';
import { requesterOf } from './people.js';

/** An incident as its course has brought it so far. */
export interface Played {
  readonly id: string;
  readonly version: number;
  readonly status: string;
}

/** Opens an incident at the instant at which it was received. */
export function open(desk: PastDesk, organisation: Organisation, { told, received, opened }: Course): Promise<Shown> {
  const { title, description, category, impact, urgency, service } = told;
  const body = { title, description, category, impact, urgency, serviceId: organisation.services[service] };
  return desk.send(opened.as, received, 'POST /v1/incidents', { ...body, ...opened.over?.(organisation) });
}

/** Carries out the steps of a course, each at its instant; before each, whoever was due to be told by then was. */
export async function play(desk: PastDesk, organisation: Organisation, course: Course, shown: Shown): Promise<Played> {
  let played: Played = shown;
  for (const step of course.steps) {
    if (course.watched) await ringUntil(desk, played.id, step.at);
    played = await act(desk, organisation, played, step, course);
  }
  return played;
}

export async function act(
  desk: PastDesk,
  organisation: Organisation,
  played: Played,
  { at, as, does, body }: Step,
  { contact }: Course,
): Promise<Played> {
  const { id, version, status } = played;
  if (as === undefined) {
    const { record } = await command(desk.system(at), id, version, (incident, moving) => close(incident, moving, true));
    return record;
  }
  const path = `POST /v1/incidents/${id}/${does}`;
  if (does !== 'comments' && does !== 'worklog') return desk.send(as, at, path, body(organisation), version);
  await desk.send(as, at, path, body(organisation));
  const answers = as.subject === requesterOf(contact).subject && (status === 'pending' || status === 'resolved');
  return answers ? { id, version: version + 1, status: 'in-progress' } : played;
}

/** Lets the escalation look at its clocks at each instant, up to one (epoch ms), at which it would have woken. */
export async function ringUntil(desk: PastDesk, id: string, until: number): Promise<void> {
  for (let last = ''; ; ) {
    const found = await desk.system(until).records.find(incidents, id);
    const { generation, wakeAt } = found?.timer ?? {};
    if (generation === undefined || wakeAt === undefined || Date.parse(wakeAt) >= until || wakeAt === last) return;
    await watch(desk.system(Date.parse(wakeAt) + 250), id, generation);
    last = wakeAt;
  }
}

/** Gives the timer of an incident a new generation, so that an escalation begins to wait for it from now on. */
export async function arm(desk: PastDesk, id: string, now: number): Promise<void> {
  const { records } = desk.system(now);
  const timer = (await records.find(incidents, id))?.timer;
  if (timer?.wakeAt === undefined) return;
  if (!(await records.rearm(incidents, id, timer, { ...timer, generation: timer.generation + 1 })))
    throw new Error(`Somebody else moved the timer of ${id} while the demo organisation was loaded.`);
}
