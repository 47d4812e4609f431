import * as z from 'zod';
import { type AnyEntity, filtersOf, isListedByCreation, type Question } from './entity.js';
import { Refusal } from './errors.js';
import { type Caller, isRequester } from './permission.js';
import { isApart, OPEN, realmsSeen, realmsWithin } from './realm.js';
import { Instant } from './record.js';
import type { Asked } from './records.js';

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
    ...(isListedByCreation(entity) && {
      asOf: Instant.optional().describe('The whole list as it stood at an instant, by creation; without filters'),
    }),
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

type Values = Record<string, string>;
type Open = readonly (readonly [name: string, question: Question])[];

/**
 * The questions that answer the filters and order asked for, in the realms that this caller sees: row rules are part of the key.
 * The customer's side is answered from its own rows; people who serve some customers, from those customers'.
 */
export function asksOf(entity: AnyEntity, given: Readonly<Record<string, unknown>>, caller: Caller): Asked[] {
  const { sort, limit: _, cursor: __, ...filters } = given;
  const values = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)) as Values;
  const order = sort as string | undefined;
  if (isRequester(caller)) return theirs(entity, values, order, caller);
  if (caller.customerScope !== undefined && entity.customer)
    return withinScope(entity, values, order, caller, caller.customerScope);
  const found = matching(Object.entries(entity.access), values, order);
  const [, { each }] = found;
  const realms = each ? [OPEN] : realmsSeen(entity, caller);
  return realms.map((realm) => ({ question: found[0], values, realm }));
}

/**
 * The questions that answer the whole list as of an instant. Without filters: what a record is filed under now is not what it
 * said then.
 */
export function asksAsOf(entity: AnyEntity, given: Readonly<Record<string, unknown>>, caller: Caller): Asked[] {
  const { asOf: _, limit: __, cursor: ___, sort, ...filters } = given;
  const named = Object.keys(filters).filter((name) => filters[name] !== undefined);
  const beside = sort !== undefined && sort !== 'created' ? [...named, 'sort'] : named;
  if (beside.length > 0)
    throw new Refusal('invalid', 'The list as of an instant is whole and by creation: leave out filters and other orders.', {
      errors: beside.map((name) => ({ pointer: `?${name}`, message: 'Not beside asOf.' })),
    });
  return asksOf(entity, { sort: 'created' }, caller);
}

/** A contact's own, what it watches and, where that was granted, its customer's: together, or one of them by its filter. */
function theirs(entity: AnyEntity, values: Values, order: string | undefined, caller: Caller): Asked[] {
  const { field, question, watched, wide } = entity.requesters!;
  const { id, customerId, grants } = caller;
  const mine: Asked = { question, values: { [field]: id } };
  const seen = watched &&
    customerId !== undefined && { question: watched.question, values: { watcherId: watcherKey(id, customerId) } };
  const all = wide &&
    customerId !== undefined &&
    grants?.includes('customer-wide') && { question: wide.question, values: { customerId } };
  const one = Object.keys(values).length === 1;
  if (values[field] !== undefined && values[field] !== id)
    throw new Refusal('forbidden', `You may list only your own ${entity.plural}.`);
  const parts =
    Object.keys(values).length === 0
      ? [mine, ...(seen ? [seen] : []), ...(all ? [all] : [])]
      : one && values[field] === id
        ? [mine]
        : one && seen && values['watcherId'] === id
          ? [seen]
          : one && all && values['customerId'] === customerId
            ? [all]
            : [];
  const orders = [mine, ...(seen ? [seen] : []), ...(all ? [all] : [])].map((each): Open[number] => [
    each.question,
    entity.access[each.question]!,
  ]);
  const answered = parts.filter((part) => order === undefined || entity.access[part.question]!.order === order);
  if (answered.length === 0) throw notAnswered(orders, values, order);
  return answered;
}

/** How a contact is named as a watcher in keys: one that moves to another customer leaves behind what it watched there. */
export const watcherKey = (contactId: string, customerId: string): string => `${contactId}@${customerId}`;

function withinScope(
  entity: AnyEntity,
  values: Values,
  order: string | undefined,
  caller: Caller,
  scope: readonly string[],
): Asked[] {
  const { field } = entity.customer!;
  const named = values[field];
  if (named !== undefined && !scope.includes(named))
    throw new Refusal('forbidden', 'You serve some customers only; this is not one of them.', {
      errors: [{ pointer: `?${field}`, message: 'Not a customer that you serve.' }],
    });
  const all = Object.entries(entity.access).filter(([, { each }]) => !each);
  const naming = all.filter(([, question]) => filtersOf(question).includes(field));
  const open = entity.apart ? all : naming;
  const wanted = named === undefined ? scope : [named];
  const spread = named === undefined ? naming.find((each) => answers(each, { ...values, [field]: '' }, order)) : undefined;
  const [question] = spread ?? matching(open, values, order);
  const names = naming.some(([name]) => name === question);
  return wanted.flatMap((whose): Asked[] => {
    const asked = { question, values: names ? { ...values, [field]: whose } : values };
    const realms = realmsWithin(entity, caller, whose);
    return (names ? [OPEN, ...realms.filter((realm) => !isApart(realm))] : realms).map((realm) => ({ ...asked, realm }));
  });
}

const answers = ([, question]: Open[number], values: Values, order: string | undefined): boolean =>
  filtersOf(question).sort().join() === Object.keys(values).sort().join() && (order === undefined || order === question.order);

function matching(open: Open, values: Values, order: string | undefined): Open[number] {
  const match = open.find((each) => answers(each, values, order));
  if (match) return match;
  throw notAnswered(open, values, order);
}

const notAnswered = (open: Open, values: Values, order: string | undefined): Refusal =>
  new Refusal(
    'invalid',
    `This combination of filters and order is not answered. Those that are: ${open.map(([, question]) => asWritten(question)).join('; ')}.`,
    {
      errors: [
        {
          pointer: '?',
          message: `Asked: ${[...Object.keys(values), ...(order === undefined ? [] : ['sort'])].join(', ') || 'nothing'}`,
        },
      ],
    },
  );
