import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operation } from '../../../functions/operation/area.js';
import { filledIn, type Known, PLACES } from '../../../functions/operation/reply-template.js';
import { startDesk, type TestDesk } from '../../support/desk.js';
import { type SmallDesk, smallDesk } from '../../support/fixtures.js';

let desk: TestDesk;
let small: SmallDesk;
beforeAll(async () => {
  desk = await startDesk();
  small = await smallDesk(desk);
});
afterAll(() => desk.close());

const agent = { roles: 'agent', sub: 'agent-1' };
const everything = Object.fromEntries(PLACES.map((place) => [place, `<${place}>`])) as Known;

describe('a reply template', () => {
  it('is filled in for an incident, in its own language', async () => {
    const text = 'Dear {{requester}},\n\nwe work on {{ number }} ({{title}}) for {{customer}}.\n\n{{agent}}, {{desk}}';
    const { body: made } = await desk.call(operation, 'POST /v1/reply-templates', { ...agent, body: { title: 'In hand', text } });
    const report = { title: 'Mail is down', requesterId: small.contactId };
    const { body: incident } = await desk.call(operation, 'POST /v1/incidents', { ...agent, body: report });
    const { status, body } = await desk.call(operation, `GET /v1/incidents/${incident.id}/replies/${made.number}`, agent);
    expect([status, body]).toEqual([
      200,
      {
        text: `Dear Cleo Contact,\n\nwe work on ${incident.number} (Mail is down) for Harbour Works.\n\nAda Agent, Example Desk`,
        language: 'en',
        template: { id: made.id, number: made.number },
      },
    ]);
    expect((await desk.call(operation, 'GET /v1/reply-templates?language=en&status=active', agent)).body.items).toHaveLength(1);
  });

  it('is refused for what is not known, when it is written and when the incident has nothing for it', async () => {
    const write = (text: string) => desk.call(operation, 'POST /v1/reply-templates', { ...agent, body: { title: 'x', text } });
    const refused = await write('Dear {{customerName}}');
    expect([refused.status, refused.body.errors[0]]).toEqual([
      400,
      { pointer: '/text', message: expect.stringContaining('{{customerName}}') },
    ]);
    const { body: made } = await write('About {{service}}');
    const { body: incident } = await desk.call(operation, 'POST /v1/incidents', { ...agent, body: { title: 'x' } });
    const { status, body } = await desk.call(operation, `GET /v1/incidents/${incident.id}/replies/${made.id}`, agent);
    expect([status, body.detail]).toEqual([
      409,
      `${incident.number} has no service, which this template speaks of with {{service}}.`,
    ]);
    expect(() => filledIn('{{nobody}}', everything, 'INC-1')).toThrow('Nothing is known by the name {{nobody}}');
  });

  it('leaves every other text as it is, and no place unfilled', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(...PLACES).map((place) => `{{${place}}}`),
      fc.constantFrom('{', '}', '$1', '$&'),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        const places = [...text.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)].map(([, place]) => place!);
        fc.pre(places.every((place) => (PLACES as readonly string[]).includes(place)));
        const filled = filledIn(text, everything, 'INC-1');
        expect(filled).not.toMatch(/\{\{\s*[a-z]+\s*\}\}/);
        if (places.length === 0) expect(filled).toBe(text);
      }),
    );
  });
});
