import * as z from 'zod';
import { ClockExplanation, explainClock } from '../../design/agreement/explain.js';
import { ClockName } from '../../design/agreement/terms.js';
import { ClockView, viewEveryClock } from '../../design/agreement/view.js';
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
    summary:
      'The clocks of one incident as they stand now, those promised to the customer and those of each assignment; minutes are working minutes',
    reply: () => z.object({ items: z.array(ClockView), agreement: z.unknown().optional(), gap: z.string().optional() }),
    handle: async ({ params }, context) => {
      const { record } = await readSeen(context, incidents, params['id']!);
      const { calendars } = await boundOf(context.records, record);
      const { agreement, gap } = record;
      return {
        status: 200,
        body: { items: viewEveryClock(record.clocks, calendars, context.now.toISOString()), agreement, gap },
      };
    },
  }),
  route({
    method: 'GET',
    path: '/v1/incidents/{id}/clocks/{clock}/explain',
    permission: 'incident:read',
    roles: STAFF,
    summary: 'Why a clock stands where it stands: segments whose sum is the number shown',
    query: () =>
      z.strictObject({
        cycle: z.coerce.number().int().min(1).optional().describe('An earlier one, such as an assignment that is over'),
      }),
    reply: ClockExplanation,
    handle: async ({ params, query }, context) => {
      const asked = ClockName.safeParse(params['clock']);
      if (!asked.success)
        throw new Refusal('not-found', `There is no clock ${params['clock']}; the clocks are ${ClockName.options.join(', ')}.`);
      const { record } = await readSeen(context, incidents, params['id']!);
      const { calendars } = await boundOf(context.records, record);
      const explained = explainClock(record.clocks, asked.data, calendars, context.now.toISOString(), query.cycle);
      if (!explained) throw new Refusal('not-found', `${record.number} is promised no ${asked.data}.`);
      return { status: 200, body: explained };
    },
  }),
];
