import { expect, test } from 'vitest';
import { PreviewReply, PreviewRequest, preview } from '../../../../functions/design/calendar/preview.js';
import { Refusal } from '../../../../functions/kernel/errors.js';

const nine = [['09:00', '17:00']];
const calendar = {
  timezone: 'Europe/Berlin',
  hours: { mon: nine, tue: nine, wed: nine, thu: nine, fri: nine },
  exceptions: { '2026-12-25': [] },
};
const ask = (request: object) => PreviewReply.parse(preview(PreviewRequest.parse({ calendar, ...request })));

test('says when minutes are due', () => {
  expect(ask({ op: 'due', start: '2026-12-24T15:00:00Z', minutes: 480 })).toEqual({ due: '2026-12-28T15:00:00.000Z' });
});

test('says when working days are due, after pauses', () => {
  expect(
    ask({ op: 'due', start: '2026-12-23T15:00:00Z', days: 2, pauses: [['2026-12-24T09:00:00Z', '2026-12-24T10:00:00Z']] }),
  ).toEqual({
    due: '2026-12-28T16:00:00.000Z',
  });
});

test('says how many minutes elapsed, exactly', () => {
  expect(ask({ op: 'elapsed', from: '2026-03-02T08:30:30Z', to: '2026-03-03T08:30:00Z' })).toEqual({ minutes: 479.5 });
});

test('minutes that it told can be given back to it', () => {
  const [from, to] = ['2026-03-02T08:30:30.123Z', '2026-03-03T09:07:59.877Z'];
  const { minutes } = ask({ op: 'elapsed', from, to }) as { minutes: number };
  expect(ask({ op: 'due', start: from, minutes })).toEqual({ due: to });
});

test.each([
  ['neither minutes nor days', { op: 'due', start: '2026-03-02T08:00:00Z' }, 'minutes'],
  ['both minutes and days', { op: 'due', start: '2026-03-02T08:00:00Z', minutes: 1, days: 1 }, 'minutes'],
  ['negative minutes', { op: 'due', start: '2026-03-02T08:00:00Z', minutes: -1 }, 'minutes'],
  ['half a day', { op: 'due', start: '2026-03-02T08:00:00Z', days: 0.5 }, 'days'],
  ['a start without a zone', { op: 'due', start: '2026-03-02T08:00:00', minutes: 1 }, 'start'],
  ['a date that does not exist', { op: 'due', start: '2026-02-30T08:00:00Z', minutes: 1 }, 'start'],
  ['a year far away', { op: 'due', start: '0001-01-01T08:00:00Z', minutes: 1 }, 'start'],
  ['an end before the beginning', { op: 'elapsed', from: '2026-03-02T08:00:00Z', to: '2026-03-01T08:00:00Z' }, 'to'],
  [
    'a pause that ends before it begins',
    { op: 'due', start: '2026-03-02T08:00:00Z', minutes: 1, pauses: [['2026-03-02T08:00:00Z', '2026-03-01T08:00:00Z']] },
    'pauses/0',
  ],
  ['an unknown field', { op: 'due', start: '2026-03-02T08:00:00Z', minutes: 1, hours: 2 }, ''],
  ['an unknown operation', { op: 'now' }, 'op'],
])('%s is refused, and the field named', (_, request, path) => {
  const parsed = PreviewRequest.safeParse({ calendar, ...request });
  expect(parsed.error?.issues.map((issue) => issue.path.join('/'))).toContain(path);
});

test('a calendar that does not open within ten years is refused with a pointer', () => {
  const once = { timezone: 'UTC', hours: {}, exceptions: { '2020-03-02': nine } };
  const request = PreviewRequest.parse({ calendar: once, op: 'due', start: '2026-03-02T08:00:00Z', minutes: 1 });
  expect(() => preview(request)).toThrow(
    expect.objectContaining({ reason: 'invalid', more: { errors: [expect.objectContaining({ pointer: '/calendar/hours' })] } }),
  );
});

test('a target that is not due within ten years is refused', () => {
  expect(() => ask({ op: 'due', start: '2026-03-02T08:00:00Z', minutes: 5_000_000 })).toThrow(Refusal);
});
