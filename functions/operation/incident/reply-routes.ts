import * as z from 'zod';
import { STAFF } from '../../kernel/permission.js';
import { readSeen } from '../../kernel/record-routes.js';
import { type Context, type Route, route } from '../../kernel/route.js';
import { contact } from '../../relationship/contact.js';
import { customer } from '../../relationship/customer.js';
import { service } from '../../strategy/service.js';
import { person } from '../../support/person.js';
import { filledIn, type Known, replyTemplate } from '../reply-template.js';
import { incidents } from './entity.js';
import type { Incident } from './incident.js';

/** `GET …/replies/{template}`: a reply template with this incident's own words in it; it is then sent as a comment. */
export const replyRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/v1/incidents/{id}/replies/{template}',
    permission: 'incident:read',
    roles: STAFF,
    summary: 'A reply template, filled in for this incident; what it lacks is refused in a sentence',
    reply: () => z.object({ text: z.string(), language: z.string(), template: z.object({ id: z.string(), number: z.string() }) }),
    handle: async ({ params }, context) => {
      const { record } = await readSeen(context, incidents, params['id']!);
      const { record: template } = await context.records.read(replyTemplate.entity, params['template']!);
      const text = filledIn(template.text, await known(context, record), record.number);
      return { status: 200, body: { text, language: template.language, template: { id: template.id, number: template.number } } };
    },
  }),
];

async function known({ records, settings, caller }: Context, incident: Incident): Promise<Known> {
  const { number, title, requesterId, customerId, serviceId } = incident;
  const titleOf = async (entity: typeof contact.entity, id: string | undefined): Promise<string | undefined> =>
    id === undefined ? undefined : (await records.find(entity, id))?.record.title;
  const [requester, organisation, offered, agent] = await Promise.all([
    titleOf(contact.entity, requesterId),
    titleOf(customer.entity, customerId),
    titleOf(service.entity, serviceId),
    titleOf(person.entity, caller.id),
  ]);
  return { number, title, requester, customer: organisation, service: offered, agent, desk: settings.organisation };
}
