import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../infra/local/event-pattern.js';

const event = {
  source: 'steward',
  'detail-type': 'incident.opened',
  detail: { priority: 1, tags: ['vpn', 'mail'], title: 'VPN down', closed: null, team: { id: 't-1' } },
};

describe('an event pattern', () => {
  it.each([
    [{ source: ['steward'] }],
    [{ 'detail-type': ['change.approved', { prefix: 'incident.' }] }],
    [{ 'detail-type': [{ suffix: '.opened' }] }],
    [{ 'detail-type': [{ wildcard: 'inc*.op*' }] }],
    [{ 'detail-type': [{ 'anything-but': ['incident.closed'] }] }],
    [{ 'detail-type': [{ 'anything-but': { prefix: 'change.' } }] }],
    [{ detail: { priority: [{ numeric: ['>', 0, '<=', 1] }] } }],
    [{ detail: { tags: ['mail'] } }],
    [{ detail: { team: { id: ['t-1'] }, closed: [null] } }],
    [{ detail: { resolved: [{ exists: false }], title: [{ exists: true }] } }],
    [{ detail: { title: [{ 'equals-ignore-case': 'vpn DOWN' }] } }],
    [{ $or: [{ source: ['other'] }, { detail: { priority: [1] } }] }],
    [{ other: { inner: [{ exists: false }] } }],
  ])('%j wants it', (pattern) => {
    expect(compilePattern(pattern)(event)).toBe(true);
  });

  it.each([
    [{ source: ['Steward'] }],
    [{ 'detail-type': [{ prefix: 'change.' }] }],
    [{ source: ['steward'], detail: { priority: [2] } }],
    [{ detail: { priority: ['1'] } }],
    [{ detail: { tags: ['phone'] } }],
    [{ detail: { resolved: [{ 'anything-but': ['x'] }] } }],
    [{ detail: { title: [{ wildcard: 'down*' }] } }],
    [{ detail: { priority: [{ numeric: ['>', 1] }] } }],
  ])('%j does not want it', (pattern) => {
    expect(compilePattern(pattern)(event)).toBe(false);
  });

  it('is refused when nobody here could tell what it means', () => {
    expect(() => compilePattern({ source: 'steward' })).toThrow(/must be a list/);
    expect(() => compilePattern({ source: [{ cidr: '10.0.0.0/8' }] })).toThrow(/cannot use/);
    expect(() => compilePattern({ source: [{ numeric: ['~', 1] }] })).toThrow(/numeric/);
  });
});
