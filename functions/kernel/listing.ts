import * as z from 'zod';
import { type AnyEntity, filtersOf, type Question } from './entity.js';
import { Refusal } from './errors.js';
import { type Caller, isRequester } from './permission.js';

export const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(100)
  .default(50)
  .describe('How many items at the most; a page is full unless it is the last');
export const cursor = z.string().max(8000).optional().describe('`nextCursor` of the page before, unchanged');

/** What any page of items beside a record is asked by. */
export const PageQuery = z.strictObject({ limit, cursor });

/** The query parameters of an entity's list: its filters and orders, and the page. */
export function listQuery(entity: AnyEntity): z.ZodType<Record<string, unknown>> {
  const questions = Object.values(entity.access);
  const filters = [...new Set(questions.flatMap(filtersOf))];
  const orders = [...new Set(questions.map(({ order }) => order))] as [string, ...string[]];
  return z.strictObject({
    ...Object.fromEntries(filters.map((name) => [name, filterOf(entity, name).optional()])),
    sort: z.enum(orders).optional().describe('The order of the items; each combination of filters answers its own'),
    limit,
    cursor,
  });
}

const filterOf = (entity: AnyEntity, name: string): z.ZodType => {
  const choices = name === 'status' ? entity.lifecycle.states : entity.choices?.[name];
  return choices ? z.enum(choices) : z.string().min(1).max(200);
};

/** One question's filters and order, as a caller would write them. */
const asWritten = (question: Question): string =>
  [...filtersOf(question).map((name) => `${name}=…`), `sort=${question.order}`].join('&');

/**
 * The question that answers the filters and order asked for. The customer's
 * side always gets its own rows: the row rule is part of the key.
 */
export function questionFor(
  entity: AnyEntity,
  asked: Readonly<Record<string, unknown>>,
  caller: Caller,
): { name: string; values: Record<string, string> } {
  const { sort, limit: _, cursor: __, ...given } = asked;
  const values = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Record<string, string>;
  let open = Object.entries(entity.access);
  if (isRequester(caller)) {
    const own = entity.requesters!;
    if (values[own.field] !== undefined && values[own.field] !== caller.id)
      throw new Refusal('forbidden', `You may list only your own ${entity.plural}.`);
    values[own.field] = caller.id;
    open = open.filter(([name]) => name === own.question);
  }
  const names = Object.keys(values).sort().join();
  const match = open.find(
    ([, question]) => filtersOf(question).sort().join() === names && (sort === undefined || sort === question.order),
  );
  if (match) return { name: match[0], values };
  throw new Refusal(
    'invalid',
    `This combination of filters and order is not answered. Those that are: ${open.map(([, question]) => asWritten(question)).join('; ')}.`,
    {
      errors: [
        {
          pointer: '?',
          message: `Asked: ${[...Object.keys(values), ...(sort === undefined ? [] : ['sort'])].join(', ') || 'nothing'}`,
        },
      ],
    },
  );
}
