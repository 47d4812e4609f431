import type { Answer, Asked, Who, World } from './world.js';

/** Somebody with a record and an address of their own. */
export interface Party {
  readonly id: string;
  readonly email: string;
}

/** A service desk with two customers in different time zones, set up as an administrator would. */
export interface Organisation {
  readonly people: Readonly<Record<'agent' | 'agent-2' | 'owner' | 'relations', Party>>;
  readonly customers: Readonly<Record<CustomerName, { readonly id: string; readonly domain: string }>>;
  readonly contacts: Readonly<Record<'requester' | 'requester-2', Party>>;
}
export type CustomerName = 'harbour' | 'jade';

/** Creates a record as the administrator, and throws its refusal otherwise. */
export async function create(world: World, collection: string, body: object, as: Who = 'admin'): Promise<{ id: string }> {
  return expectDone(await world.api('POST', `/v1/${collection}`, { as, body })).body;
}

export function expectDone(answer: Answer): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new Error(`Refused with ${answer.status}: ${answer.text}`);
}

/** Carries out one move on whatever version stands. */
export async function move(world: World, path: string, verb: string, asked: Asked = {}): Promise<Answer> {
  const as = asked.as ?? 'admin';
  const { headers } = expectDone(await world.api('GET', path, { as }));
  const ifMatch = { 'if-match': headers.get('etag')! };
  return expectDone(
    await world.api('POST', `${path}/${verb}`, { body: {}, ...asked, as, headers: { ...ifMatch, ...asked.headers } }),
  );
}

export async function setUp(world: World): Promise<Organisation> {
  const mark = Date.now().toString(36);
  const people = await peopleIn(world, mark);
  const harbour = await customerIn(world, 'Harbour Logistics', `harbour-${mark}.example`, 'Europe/Berlin', people.relations.id);
  const jade = await customerIn(world, 'Jade River Trading', `jade-${mark}.example`, 'Asia/Shanghai', people.relations.id);
  const contacts = {
    requester: await contactIn(world, 'requester', 'Clara Hoffmann', `clara@${harbour.domain}`, harbour.id, 'en'),
    'requester-2': await contactIn(world, 'requester-2', 'Chen Jing', `jing@${jade.domain}`, jade.id, 'zh-CN'),
  };
  return { people, customers: { harbour, jade }, contacts };
}

async function peopleIn(world: World, mark: string): Promise<Organisation['people']> {
  const hire = async (who: Who, title: string, language: string, timezone: string): Promise<Party> => {
    const email = `${who}.${mark}@desk.example`;
    const { id } = await create(world, 'people', { title, email, language, timezone, identity: await world.identityOf(who) });
    return { id, email };
  };
  return {
    agent: await hire('agent', 'Ada Okafor', 'en', 'Europe/Berlin'),
    'agent-2': await hire('agent-2', 'Lin Wei', 'zh-CN', 'Asia/Shanghai'),
    owner: await hire('owner', 'Jonas Brandt', 'en', 'Europe/Berlin'),
    relations: await hire('relations', 'Sofia Marin', 'en', 'Europe/Berlin'),
  };
}

async function customerIn(world: World, title: string, domain: string, timezone: string, relationshipOwnerId: string) {
  const { id } = await create(world, 'customers', { title, domains: [domain], timezone, relationshipOwnerId });
  return { id, domain };
}

async function contactIn(world: World, who: Who, title: string, email: string, customerId: string, language: string) {
  const identity = await world.identityOf(who);
  const { id } = await create(world, 'contacts', { title, email, customerId, language, identity });
  return { id, email };
}

let hired = 0;

/** Another person who works here, reached by mail only. */
export async function hire(world: World, title: string, facts: { email?: string; language?: string } = {}): Promise<Party> {
  const email = facts.email ?? `${title.toLowerCase().replace(/\W+/g, '.')}.${Date.now().toString(36)}${++hired}@desk.example`;
  const { id } = await create(world, 'people', { title, ...facts, email });
  return { id, email };
}

/** A customer whose mail is an affair of its own, with one contact who writes by mail only; in the place of the first customer. */
export async function customerByMail(
  world: World,
  shared: Organisation,
  name: string,
): Promise<{ organisation: Organisation; writer: Party }> {
  const domain = `${name}-${Date.now().toString(36)}.example`;
  const { id } = await create(world, 'customers', { title: `${name} & Sons`, domains: [domain], timezone: 'Europe/Berlin' });
  const email = `bea@${domain}`;
  const contact = await create(world, 'contacts', { title: 'Bea Quast', email, customerId: id });
  return {
    organisation: { ...shared, customers: { ...shared.customers, harbour: { id, domain } } },
    writer: { id: contact.id, email },
  };
}

/** Says which service a customer's mail is usually about. */
export async function mailIsAbout(world: World, customerId: string, usualServiceId: string): Promise<void> {
  const path = `/v1/customers/${customerId}`;
  const { headers } = expectDone(await world.api('GET', path, { as: 'admin' }));
  const ifMatch = { 'if-match': headers.get('etag')! };
  expectDone(await world.api('PATCH', path, { as: 'admin', body: { usualServiceId }, headers: ifMatch }));
}
