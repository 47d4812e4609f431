import * as z from 'zod';
import { ClockExplanation, explainClock } from '../../design/agreement/explain.js';
import { CLOCKS, type ClockName } from '../../design/agreement/terms.js';
import { ClockView, viewClocks } from '../../design/agreement/view.js';
import { Refusal } from '../../kernel/errors.js';
import { STAFF } from '../../kernel/permission.js';
import { readSeen } from '../../kernel/record-routes.js';
import { type Route, route } from '../../kernel/route.js';
import { incidents } from './entity.js';
import { boundOf } from './surroundings.js';

/** `GET …/clocks` and `…/clocks/{clock}/explain`: where each clock stands, and the ledger that its number is the sum of. */
export const clockRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/v1/incidents/{id}/clocks',
    permission: 'incident:read',
    roles: STAFF,
    summary: 'The clocks of one incident as they stand now; minutes are working minutes',
    reply: () => z.object({ items: z.array(ClockView), agreement: z.unknown().optional(), gap: z.string().optional() }),
    handle: async ({ params }, context) => {
      const { record } = await readSeen(context, incidents, params['id']!);
      const { calendars } = await boundOf(context.records, record);
      const { agreement, gap } = record;
      return { status: 200, body: { items: viewClocks(record.clocks, calendars, context.now.toISOString()), agreement, gap } };
    },
  }),
  route({
    method: 'GET',
    path: '/v1/incidents/{id}/clocks/{clock}/explain',
    permission: 'incident:read',
    roles: STAFF,
    summary: 'Why a clock stands where it stands: segments whose sum is the number shown',
    reply: ClockExplanation,
    handle: async ({ params }, context) => {
      const clock = params['clock']!;
      if (!CLOCKS.includes(clock as ClockName))
        throw new Refusal('not-found', `There is no clock ${clock}; the clocks are ${CLOCKS.join(', ')}.`);
      const { record } = await readSeen(context, incidents, params['id']!);
      const { calendars } = await boundOf(context.records, record);
      const explained = explainClock(record.clocks, clock as ClockName, calendars, context.now.toISOString());
      if (!explained) throw new Refusal('not-found', `${record.number} is promised no ${clock}.`);
      return { status: 200, body: explained };
    },
  }),
];
