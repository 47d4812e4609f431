import type { Context, Message, ThreadRecord, Verdicts } from '../../../../functions/support/message/arrival.js';

export const passed: Verdicts = { spf: 'PASS', dkim: 'PASS', dmarc: 'PASS', spam: 'PASS', virus: 'PASS' };

export const aMessage = (over: Partial<Message> = {}): Message => ({
  from: { address: 'ada@example.com' },
  returnPath: 'ada@example.com',
  to: [{ address: 'desk@desk.example' }],
  cc: [],
  subject: 'Printer',
  messageId: '<1@example.com>',
  headers: {},
  problems: [],
  size: 2048,
  ...over,
});

export const aContext = (over: Partial<Context> = {}): Context => ({
  ours: { addresses: ['Help@Example.org'], domains: ['desk.example'] },
  sender: { contacts: [{ contactId: 'CON-1', customerId: 'CUS-1' }], customersOfDomain: ['CUS-1'] },
  duplicate: false,
  lastHour: { messages: 0, acknowledgements: 0, reopenings: 0 },
  ...over,
});

export const aRecord = (over: Partial<ThreadRecord> = {}): ThreadRecord => ({
  type: 'incident',
  id: 'i-1',
  customerId: 'CUS-1',
  phase: 'running',
  visibleToSender: true,
  ...over,
});
