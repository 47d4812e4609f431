import { describe, expect, it } from 'vitest';
import { deliveries } from '../../../../functions/support/message/delivery-report.js';

const report = (...fields: string[]) => ['Reporting-MTA: dns; mx.example.com', '', ...fields, ''].join('\r\n');

describe('a delivery report', () => {
  it('names the recipient, the result and what the server said', () => {
    const text = report(
      'Final-Recipient: rfc822; Ada@Example.com',
      'Action: failed',
      'Status: 5.1.1',
      'Diagnostic-Code: smtp; 550 5.1.1',
      '  no such user',
    );
    expect(deliveries(text)).toEqual([
      { recipient: 'ada@example.com', result: 'hard', status: '5.1.1', diagnosis: 'smtp; 550 5.1.1 no such user' },
    ]);
  });

  it.each([
    ['failed', '5.1.1', 'hard'],
    ['failed', '5.4.4', 'hard'],
    ['failed', '5.2.2', 'soft'],
    ['failed', '5.7.1', 'soft'],
    ['failed', '4.4.7', 'soft'],
    ['delayed', '4.4.1', 'soft'],
    ['delivered', '2.0.0', 'delivered'],
    ['relayed', '2.0.0', 'delivered'],
  ])('takes %s with %s as %s', (action, status, result) => {
    const text = report('Final-Recipient: rfc822;a@b.example', `Action: ${action}`, `Status: ${status}`);
    expect(deliveries(text)).toMatchObject([{ result, status }]);
  });

  it('names each recipient once, and none where there is none', () => {
    const one = ['Final-Recipient: rfc822;a@b.example', 'Action: delayed', 'Status: 4.0.0', ''];
    const later = ['Final-Recipient: rfc822;A@b.example', 'Action: failed', 'Status: 5.0.0', ''];
    expect(deliveries(report(...one, ...later))).toMatchObject([{ recipient: 'a@b.example', result: 'hard' }]);
    expect(deliveries('')).toEqual([]);
    expect(deliveries('\0\0: x')).toEqual([]);
  });
});
