import type { HistoryEvent } from '../../functions/kernel/records.js';
import { expectDone, move } from './organisation.js';
import type { Answer, Who, World } from './world.js';

/** What stories do with incidents again and again. */

type Json = any;

export const open = async (world: World, as: Who, report: object): Promise<Json> =>
  expectDone(await world.api('POST', '/v1/incidents', { as, body: report })).body;

export const read = async (world: World, id: string, as: Who = 'agent'): Promise<Json> =>
  expectDone(await world.api('GET', `/v1/incidents/${id}`, { as })).body;

/** One command on whatever version stands. */
export const command = (world: World, id: string, verb: string, body: object = {}, as: Who = 'agent'): Promise<Answer> =>
  move(world, `/v1/incidents/${id}`, verb, { as, body });

export const comment = async (world: World, id: string, as: Who, body: string, visibility = 'public'): Promise<Json> =>
  expectDone(await world.api('POST', `/v1/incidents/${id}/comments`, { as, body: { body, visibility } })).body;

/** One clock as it stands; undefined where none of this name was promised. */
export async function clock(world: World, id: string, name: string): Promise<Json> {
  const { body } = expectDone(await world.api('GET', `/v1/incidents/${id}/clocks`, { as: 'agent' }));
  return body.items.find((each: Json) => each.clock === name);
}

/** The whole history, page by page, as anybody exports it. */
export async function history(world: World, path: string, as: Who = 'auditor'): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: '20', ...(cursor !== null && { cursor }) });
    const { body } = expectDone(await world.api('GET', `${path}/history?${query}`, { as }));
    events.push(...body.items);
    cursor = body.nextCursor;
  } while (cursor !== null);
  return events;
}

/** Mails about one incident, oldest first. */
export const mailsAbout = async (world: World, { number }: { number: string }, to?: string): Promise<Json[]> =>
  (await world.mails(to === undefined ? {} : { to })).filter(({ subject }) => subject.includes(`[${number}]`));
