import * as z from 'zod';
import { Refusal } from '../kernel/errors.js';
import { Language } from '../kernel/facts.js';
import { DESK, STAFF } from '../kernel/permission.js';
import { defineRegister } from '../kernel/register.js';

/** What a desk says again and again, with places for what differs (ISO/IEC 20000-1:2018, 8.6.1): `{{number}}`, `{{requester}}`. */

/** What a place may be filled with. */
export const PLACES = ['number', 'title', 'requester', 'customer', 'service', 'agent', 'desk'] as const;
type Place = (typeof PLACES)[number];
export type Known = Readonly<Record<Place, string | undefined>>;

const PLACE = /\{\{\s*([^{}]*?)\s*\}\}/g;

export const replyTemplate = defineRegister({
  name: 'reply-template',
  plural: 'reply-templates',
  prefix: 'TPL',
  clause: '8.6.1',
  facts: {
    language: Language.default('en'),
    text: z
      .string()
      .trim()
      .min(1)
      .max(20_000)
      .describe(`May hold places that are filled in for each incident: ${PLACES.map((place) => `{{${place}}}`).join(', ')}`),
  },
  list: ['language'],
  access: {
    byLanguage: { index: 'gsi2', partition: 'REPLY-TEMPLATE#language#{language}#{status}', sort: '{title}#{id}', order: 'title' },
  },
  refuse: ({ text }: { text: string }) => refuseUnknown(text),
  roles: { read: STAFF, write: DESK },
});

/** Refuses places that nothing is known to fill. */
function refuseUnknown(text: string): void {
  const unknown = [...text.matchAll(PLACE)]
    .map(([, place]) => place!)
    .find((place) => !(PLACES as readonly string[]).includes(place));
  if (unknown === undefined) return;
  const message = `Nothing is known by the name {{${unknown}}}; there are ${PLACES.map((place) => `{{${place}}}`).join(', ')}.`;
  throw new Refusal('invalid', message, { errors: [{ pointer: '/text', message }] });
}

/** The text with each place filled in; refuses unknown places, and those that this record has nothing for. */
export function filledIn(text: string, known: Known, number: string): string {
  refuseUnknown(text);
  return text.replace(PLACE, (_, place: string) => {
    const value = known[place as Place];
    if (value !== undefined) return value;
    throw new Refusal('conflict', `${number} has no ${place}, which this template speaks of with {{${place}}}.`);
  });
}
