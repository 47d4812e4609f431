import { describe, expect, test } from 'vitest';
import { unreachableTargets } from '../../../../functions/design/agreement/attachment.js';
import { selectAgreement } from '../../../../functions/design/agreement/selection.js';
import { AgreementTerms } from '../../../../functions/design/agreement/terms.js';
import { attachment, calendars, terms } from './ticket.js';

const at = Date.parse('2026-03-05T12:00:00Z');
const candidate = (id: string, customerId: string | undefined, serviceIds: string[], over: object = {}) => ({
  id,
  version: 1,
  customerId,
  serviceIds,
  terms: terms(over),
});
const own = candidate('own', 'acme', ['mail']);
const all = candidate('all', 'acme', []);
const standard = candidate('standard', undefined, ['mail', 'web']);
const chosen = (candidates: ReturnType<typeof candidate>[], customerId?: string, serviceId?: string, when = at) => {
  const selection = selectAgreement(candidates, { customerId, serviceId, at: when });
  return selection.found ? [selection.agreement.id, selection.rule] : selection.gap;
};

describe('the best agreement', () => {
  test('is the customer’s own for the service, else for all services, else the service’s default', () => {
    const candidates = [standard, all, own];
    expect(chosen(candidates, 'acme', 'mail')).toEqual(['own', 'customer-service']);
    expect(chosen(candidates, 'acme', 'web')).toEqual(['all', 'customer']);
    expect(chosen(candidates, 'globex', 'mail')).toEqual(['standard', 'service-default']);
  });

  test('is none where nothing covers, and that says why', () => {
    expect(chosen([standard, all, own], 'globex', 'phone')).toBe('no-agreement');
    expect(chosen([standard], undefined, 'mail')).toBe('no-customer');
    expect(chosen([standard], 'acme')).toBe('no-service');
    expect(selectAgreement([], { customerId: 'acme', serviceId: 'mail', at }).because).toBe(
      'No agreement covers this customer and service at that time.',
    );
  });

  test('holds from its first to its last date in its own zone', () => {
    const shanghai = candidate('dated', 'acme', ['mail'], {
      timezone: 'Asia/Shanghai',
      validFrom: '2026-03-05',
      validTo: '2026-03-06',
    });
    const on = (text: string) => chosen([shanghai], 'acme', 'mail', Date.parse(text));
    expect(on('2026-03-04T15:59:59Z')).toBe('no-agreement');
    expect(on('2026-03-04T16:00:00Z')).toEqual(['dated', 'customer-service']);
    expect(on('2026-03-06T15:59:59Z')).toEqual(['dated', 'customer-service']);
    expect(on('2026-03-06T16:00:00Z')).toBe('no-agreement');
  });

  test('of several by one rule is the one that came into force last, whatever their order', () => {
    const newer = candidate('newer', 'acme', ['mail'], { validFrom: '2026-02-01' });
    expect(chosen([own, newer], 'acme', 'mail')).toEqual(['newer', 'customer-service']);
    expect(chosen([newer, own], 'acme', 'mail')).toEqual(['newer', 'customer-service']);
  });
});

describe('terms', () => {
  const minimal = {
    calendarId: 'c',
    timezone: 'UTC',
    targets: { '1': { response: { minutes: 5 } }, '2': {}, '3': {}, '4': {} },
    validFrom: '2026-01-01',
  };

  test('pause for the customer, carry and report monthly unless they say otherwise', () => {
    expect(AgreementTerms.parse(minimal)).toMatchObject({
      pausingReasons: ['customer'],
      retarget: 'carry',
      reportingPeriod: 'month',
    });
  });

  test.each([
    ['a target in minutes and days', { ...minimal, targets: { ...minimal.targets, '1': { response: { minutes: 5, days: 1 } } } }],
    ['half a minute', { ...minimal, targets: { ...minimal.targets, '1': { response: { minutes: 0.5 } } } }],
    ['a missing priority', { ...minimal, targets: { '1': { response: { minutes: 5 } } } }],
    ['no target at all', { ...minimal, targets: { '1': {}, '2': {}, '3': {}, '4': {} } }],
    ['an end before the beginning', { ...minimal, validTo: '2025-12-31' }],
    ['an unknown field', { ...minimal, penalty: 3 }],
  ])('%s is refused', (_, broken) => {
    expect(AgreementTerms.safeParse(broken).success).toBe(false);
  });

  test('a priority without targets is promised nothing', () => {
    expect(attachment('5')).toMatchObject({ targets: {}, priority: '5', pausing: ['customer'] });
  });

  test('targets that the calendar cannot reach are named', () => {
    const { targets } = terms({
      targets: { ...terms().targets, '2': { response: { minutes: 1_000_000 }, resolution: { days: 1000 } } },
    });
    expect(unreachableTargets(targets, calendars.find({ id: 'berlin', version: 1 }), at).map(({ pointer }) => pointer)).toEqual(
      [],
    );
    const rare = { ...targets, '2': { resolution: { minutes: 1_000_000 }, update: { days: 1000 } } };
    const oneDay = calendars.add(
      { id: 'rare', version: 1 },
      { timezone: 'UTC', hours: { mon: [['09:00', '10:00']] }, exceptions: {} },
    );
    expect(unreachableTargets(rare, oneDay, at).map(({ pointer }) => pointer)).toEqual([
      '/targets/2/resolution',
      '/targets/2/update',
    ]);
  });
});
