import * as z from 'zod';
import { Refusal } from '../../kernel/errors.js';
import { STAFF } from '../../kernel/permission.js';
import { LocalDate } from '../../kernel/record.js';
import { readSeen } from '../../kernel/record-routes.js';
import type { Records } from '../../kernel/records.js';
import { route } from '../../kernel/route.js';
import { attainmentPartitions } from '../../operation/incident/clocking.js';
import { incidents } from '../../operation/incident/entity.js';
import { agreements } from './entity.js';
import { type Period, periodAt } from './period.js';
import { attainmentOf, type ClockedRecord, type Located, namesOf } from './report.js';

const Counted = z.object({
  record: z.string(),
  clock: z.string(),
  cycle: z.int(),
  outcome: z.string(),
  at: z.string().optional(),
  why: z.string().optional(),
  priority: z.string(),
  agreement: z.object({ id: z.string(), version: z.int() }).describe('The version that it was counted by'),
});

const AttainmentReply = z.object({
  agreement: z.object({ id: z.string(), number: z.string() }),
  period: z.object({
    from: z.string(),
    to: z.string(),
    begins: z.string().describe('Local date in the agreement’s zone'),
    kind: z.string(),
  }),
  clocks: z.array(
    z.object({
      clock: z.string(),
      percent: z.number().nullable().describe('Met of met and breached, in percent; null when nothing counts'),
      met: z.array(Counted),
      breached: z.array(Counted),
      excluded: z.array(Counted).describe('Cancelled, merged or restarted: listed, and not counted'),
    }),
  ),
});

/** How an agreement was kept in one of its reporting periods: every figure with the records behind it (ISO/IEC 20000-1:2018, 9.4). */
export const attainmentRoute = route({
  method: 'GET',
  path: '/v1/agreements/{id}/attainment',
  permission: 'agreement:read',
  roles: STAFF,
  summary: 'How the agreement was kept in the reporting period that holds a date, with the records behind each figure',
  query: z.strictObject({
    on: LocalDate.optional().describe('A date within the period, in the agreement’s zone; today when left out'),
  }),
  reply: AttainmentReply,
  handle: async ({ params, query }, context) => {
    const { records, now, caller } = context;
    const { record: agreement } = await readSeen(context, agreements, params['id']!);
    if (caller.customerScope !== undefined && agreement.customerId === undefined)
      throw new Refusal(
        'forbidden',
        `${agreement.number} concerns customers that you do not serve: its figures name their records.`,
      );
    const { timezone, reportingPeriod: kind } = agreement;
    const period = periodAt(kind, timezone, query.on === undefined ? now.getTime() : Date.parse(`${query.on}T12:00:00Z`));
    const clocked = await clockedIn(records, agreement.id, period);
    const { clocks } = attainmentOf(clocked, period, undefined, namesOf(agreement.kind));
    const own = (units: readonly Located[]) => units.filter((unit) => unit.agreement.id === agreement.id);
    return {
      status: 200,
      body: {
        agreement: { id: agreement.id, number: agreement.number },
        period: { from: new Date(period.from).toISOString(), to: new Date(period.to).toISOString(), begins: period.begins, kind },
        clocks: clocks.map(({ clock, met, breached, excluded }) => {
          const counts = { met: own(met), breached: own(breached), excluded: own(excluded) };
          const all = counts.met.length + counts.breached.length;
          return { clock, percent: all === 0 ? null : (counts.met.length / all) * 100, ...counts };
        }),
      },
    };
  },
});

/** The tickets whose clocks stopped, breached or ended in the months that the period touches: what happened in it, never all that is stored. */
async function clockedIn(records: Records, agreementId: string, { from, to }: Period): Promise<ClockedRecord[]> {
  const ids = new Set<string>();
  const partitions = monthsOf(from, to).flatMap((month) => attainmentPartitions(agreementId, month));
  await Promise.all(
    partitions.map(async (partition) => {
      let cursor: string | undefined;
      do {
        const page = await records.companions(incidents, partition, [''], {
          limit: 100,
          ...(cursor !== undefined && { cursor }),
        });
        for (const { id } of page.items) ids.add(String(id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
    }),
  );
  const read = await Promise.all([...ids].map((id) => records.find(incidents, id)));
  return read.flatMap((stored) => (stored ? [{ record: stored.record.number, states: stored.record.clocks }] : []));
}

/** The UTC months that two instants (epoch ms) touch, `2026-03` each. */
export function monthsOf(from: number, to: number): string[] {
  const months: string[] = [];
  for (let at = new Date(from); at.getTime() < to; at = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1)))
    months.push(at.toISOString().slice(0, 7));
  return months;
}
