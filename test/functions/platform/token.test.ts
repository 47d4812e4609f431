import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { purposes, readThreadAddress, type Secrets, sign, threadAddress, verify } from '../../../functions/platform/token.js';

const secret = (fill: number) => new Uint8Array(32).fill(fill);
const secrets: Secrets = { current: 3, byId: { 3: secret(3) } };
const now = '2026-11-06T17:50:00.000Z';
const incident = { type: 'incident', id: '0190d7a4-5f3b-7cc2-9a41-3e1f00aa77d1' };

describe('a signed token', () => {
  it('gives back its payload for its own purpose, whatever the payload', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom(...purposes), (payload, purpose) => {
        const token = sign({ purpose, payload }, secrets);
        expect(token).toMatch(/^[a-z2-7]+$/);
        expect(verify(token, { purpose }, secrets, now)).toEqual({ outcome: 'ok', payload, keyId: 3 });
      }),
    );
  });

  it('is altered when any one letter differs', () => {
    const token = sign({ purpose: 'acknowledge', payload: 'INC-1042/2' }, secrets);
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'a' ? 'b' : 'a';
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      expect(verify(changed, { purpose: 'acknowledge' }, secrets, now).outcome).toBe('altered');
    }
  });

  it('is altered when it is cut, lengthened, empty or nonsense', () => {
    const token = sign({ purpose: 'rate', payload: 'x' }, secrets);
    for (const text of [token.slice(1), token.slice(0, -1), `${token}a`, `${token}aa`, '', 'a', '!', '0189', 'a'.repeat(9000)]) {
      expect(verify(text, { purpose: 'rate' }, secrets, now)).toEqual({ outcome: 'altered' });
    }
  });

  it('never throws on arbitrary text', () => {
    fc.assert(fc.property(fc.string(), (text) => verify(text, { purpose: 'rate' }, secrets, now).outcome !== 'ok'));
  });

  it('says what it was for when it comes back for another purpose', () => {
    const token = sign({ purpose: 'rate', payload: 'INC-1' }, secrets);
    expect(verify(token, { purpose: 'acknowledge' }, secrets, now)).toEqual({ outcome: 'wrong-purpose', purpose: 'rate' });
  });

  it('expires at its instant and not before', () => {
    const expiresAt = '2026-11-06T18:00:00.000Z';
    const token = sign({ purpose: 'acknowledge', payload: 'p', expiresAt }, secrets);
    const at = (instant: string) => verify(token, { purpose: 'acknowledge' }, secrets, instant);
    expect(at('2026-11-06T17:59:59.999Z')).toEqual({ outcome: 'ok', payload: 'p', keyId: 3, expiresAt });
    expect(at(expiresAt)).toEqual({ outcome: 'expired', expiredAt: expiresAt });
  });

  it('belongs to the context it was bound to', () => {
    const token = sign({ purpose: 'cursor', payload: 'k', boundTo: 'ada /v1/incidents?team=a' }, secrets);
    expect(verify(token, { purpose: 'cursor', boundTo: 'ada /v1/incidents?team=a' }, secrets, now).outcome).toBe('ok');
    expect(verify(token, { purpose: 'cursor', boundTo: 'bob /v1/incidents?team=a' }, secrets, now).outcome).toBe('altered');
    expect(verify(token, { purpose: 'cursor' }, secrets, now).outcome).toBe('altered');
  });

  it('outlives a rotation while its secret is kept, and not after', () => {
    const token = sign({ purpose: 'rate', payload: 'x' }, secrets);
    const rotated: Secrets = { current: 4, byId: { 3: secret(3), 4: secret(4) } };
    expect(verify(token, { purpose: 'rate' }, rotated, now)).toMatchObject({ outcome: 'ok', keyId: 3 });
    expect(verify(sign({ purpose: 'rate', payload: 'x' }, rotated), { purpose: 'rate' }, rotated, now)).toMatchObject({
      keyId: 4,
    });
    expect(verify(token, { purpose: 'rate' }, { current: 4, byId: { 4: secret(4) } }, now)).toEqual({ outcome: 'altered' });
    expect(verify(token, { purpose: 'rate' }, { current: 3, byId: { 3: secret(9) } }, now)).toEqual({ outcome: 'altered' });
  });

  it('is refused a secret that is missing, short or misnumbered, and an expiry that is no instant', () => {
    const claim = { purpose: 'rate', payload: 'x' } as const;
    expect(() => sign(claim, { current: 1, byId: {} })).toThrow(RangeError);
    expect(() => sign(claim, { current: 1, byId: { 1: new Uint8Array(31) } })).toThrow(RangeError);
    expect(() => sign(claim, { current: 256, byId: { 256: secret(1) } })).toThrow(RangeError);
    expect(() => sign({ ...claim, expiresAt: 'tomorrow' }, secrets)).toThrow(RangeError);
  });
});

describe('a thread address', () => {
  const ids = [incident.id, '01JCFQ3Z9V7K2M4N6P8R0STVWX', 'c-77'];
  it.each(ids)('carries the type and the id %s in a local part of at most 64 characters', (id) => {
    const thread = { type: 'complaint', id };
    const address = threadAddress(thread, 'desk.example.com', secrets);
    expect(address).toMatch(/^reply\+[a-z2-7]+@desk\.example\.com$/);
    expect(address.indexOf('@')).toBeLessThanOrEqual(64);
    expect(readThreadAddress([address], secrets, now)).toEqual({ outcome: 'ok', payload: thread, keyId: 3 });
  });

  it('survives a server that folds case, and is found among other recipients', () => {
    const address = threadAddress(incident, 'desk.example.com', secrets).toUpperCase();
    expect(readThreadAddress(['ada@example.com', address], secrets, now)).toMatchObject({ outcome: 'ok', payload: incident });
  });

  it('is nothing where no recipient is one, and altered where it was tampered with', () => {
    expect(readThreadAddress(['ada@example.com', 'no-at-sign'], secrets, now)).toBeUndefined();
    const address = threadAddress(incident, 'desk.example.com', secrets).replace('reply+c', 'reply+d');
    expect(readThreadAddress([address], secrets, now)).toEqual({ outcome: 'altered' });
  });

  it('keeps any short type and id', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z-]{1,11}$/), fc.uuid(), (type, id) => {
        const read = readThreadAddress([threadAddress({ type, id }, 'd.example', secrets)], secrets, now);
        expect(read).toMatchObject({ outcome: 'ok', payload: { type, id } });
      }),
    );
  });

  it('refuses what does not fit an address', () => {
    expect(() => threadAddress({ type: 'Incident', id: 'x' }, 'd.example', secrets)).toThrow(RangeError);
    expect(() => threadAddress({ type: 'incident', id: 'x'.repeat(40) }, 'd.example', secrets)).toThrow(/too long/);
  });
});
