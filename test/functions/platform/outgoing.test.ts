import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAddress, isPublicAddress } from '../../../functions/kernel/public-address.js';
import { PUBLIC_ONLY, postWithin, type Reach } from '../../../functions/platform/outgoing.js';
import { objectionTo } from '../../../functions/support/webhook/webhook.js';

const INSIDE = [
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '169.254.170.2',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'ff02::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '3fff::1',
];
const OUTSIDE = [
  '1.1.1.1',
  '8.8.8.8',
  '172.15.0.1',
  '172.32.0.1',
  '192.169.0.1',
  '100.128.0.1',
  '2606:4700::1111',
  '2a00:1450::1',
];

describe('an address', () => {
  it('is the public Internet’s, or is not', () => {
    expect(INSIDE.filter(isPublicAddress)).toEqual([]);
    expect(OUTSIDE.filter((address) => !isPublicAddress(address))).toEqual([]);
    for (const text of [
      '',
      'example.org',
      '1.2.3',
      '1.2.3.4.5',
      '01.2.3.4',
      '256.1.1.1',
      '1:2',
      ':::',
      '1::2::3',
      'fe80::1%eth0',
    ])
      expect([text, isPublicAddress(text), isAddress(text)]).toEqual([text, false, false]);
  });

  it('is the same however a URL writes it', () => {
    for (const written of ['2130706433', '0x7f.1', '017700000001', '127.1', '[::ffff:127.0.0.1]', '[0:0:0:0:0:0:0:1]']) {
      const host = new URL(`https://${written}/`).hostname.replace(/^\[|\]$/g, '');
      expect([written, isAddress(host), isPublicAddress(host)]).toEqual([written, true, false]);
    }
  });

  it('of any four bytes is judged by its own network alone', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(byte, byte, byte, byte, (a, b, c, d) => {
        const mapped = `::ffff:${a}.${b}.${c}.${d}`;
        expect(isPublicAddress(mapped)).toBe(false);
        if (a === 10 || a === 127 || a === 0 || a >= 224) expect(isPublicAddress(`${a}.${b}.${c}.${d}`)).toBe(false);
      }),
    );
  });
});

describe('what is registered', () => {
  it('is an https address of the public Internet, without a password in it', () => {
    const refused = [
      'http://example.org/',
      'https://u:p@example.org/',
      'https://localhost/',
      'https://printer/',
      'https://db.internal/',
      'https://metadata.google.internal/',
      'https://example.org:22/',
      ...INSIDE.map((address) => `https://${address.includes(':') ? `[${address}]` : address}/`),
    ];
    expect(refused.filter((url) => objectionTo(url, false) === undefined)).toEqual([]);
    for (const url of [
      'https://example.org/hook?x=1',
      'https://example.org:8443/',
      'https://1.1.1.1/',
      'https://xn--bcher-kva.example/',
    ])
      expect(objectionTo(url, false)).toBeUndefined();
  });
});

describe('a message', () => {
  let server: Server;
  let port = 0;
  let hits: string[] = [];
  let answer: (response: import('node:http').ServerResponse) => void;
  beforeAll(async () => {
    server = createServer((request, response) => {
      hits.push(String(request.headers.host));
      answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  /** As it is deployed, but for the scheme: this machine has no certificate. */
  const deployed: Reach = { ...PUBLIC_ONLY, schemes: ['https:', 'http:'] };
  const open: Reach = { schemes: ['http:'], allows: (address) => address === '127.0.0.1' };
  const home = async () => [{ address: '127.0.0.1', family: 4 }];

  it('goes nowhere inside, whatever the name says, and though it said otherwise a moment before', async () => {
    hits = [];
    let asked = 0;
    const rebinding = async () => [{ address: asked++ === 0 ? '1.1.1.1' : '127.0.0.1', family: 4 }];
    expect((await rebinding())[0]!.address).toBe('1.1.1.1');
    const within = (resolve: typeof home) => postWithin(deployed, resolve, 2000);
    expect(await within(rebinding)(`http://rebind.example:${port}/`, {}, '')).toMatchObject({ why: 'refused-address' });
    expect(await within(home)(`http://inside.example:${port}/`, {}, '')).toMatchObject({ why: 'refused-address' });
    const both = async () => [
      { address: '1.1.1.1', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    expect(await within(both)(`http://both.example:${port}/`, {}, '')).toMatchObject({ why: 'refused-address' });
    for (const url of [
      `http://127.0.0.1:${port}/`,
      `http://2130706433:${port}/`,
      `http://[::ffff:127.0.0.1]:${port}/`,
      `http://localhost:${port}/`,
    ])
      expect([url, await postWithin(deployed)(url, {}, '')]).toMatchObject([url, { why: 'refused-address' }]);
    expect(await postWithin(PUBLIC_ONLY)(`http://1.1.1.1/`, {}, '')).toMatchObject({ why: 'refused-address' });
    expect(hits).toEqual([]);
  });

  it('connects to the very address that was looked at, under the name that was asked for', async () => {
    [hits, answer] = [[], (response) => response.writeHead(204).end()];
    expect(await postWithin(open, home)(`http://receiver.example:${port}/`, {}, '{}')).toMatchObject({ status: 204 });
    expect(hits).toEqual([`receiver.example:${port}`]);
  });

  it('follows no redirection, waits for no answer without end, and reads no body', async () => {
    answer = (response) => response.writeHead(307, { location: `http://127.0.0.1:${port}/other` }).end();
    hits = [];
    expect(await postWithin(open, home)(`http://a.example:${port}/`, {}, '')).toMatchObject({ status: 307 });
    expect(hits).toHaveLength(1);
    answer = () => undefined;
    expect(await postWithin(open, home, 200)(`http://a.example:${port}/`, {}, '')).toMatchObject({ why: 'timeout' });
    answer = (response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write('x'.repeat(65_536)), 1);
      response.once('close', () => clearInterval(more));
    };
    const { status, took } = await postWithin(open, home, 3000)(`http://a.example:${port}/`, {}, '');
    expect([status, took < 2000]).toEqual([200, true]);
    answer = (response) => response.writeHead(429, { 'retry-after': '120' }).end();
    expect(await postWithin(open, home)(`http://a.example:${port}/`, {}, '')).toMatchObject({ status: 429, retryAfter: 120 });
  });

  it('that cannot be sent says why, and nothing of our inside', async () => {
    const nobody = async () => Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }));
    expect(await postWithin(open, nobody)('http://nobody.example/', {}, '')).toMatchObject({ why: 'unknown-name' });
    expect(await postWithin(open, home)('http://a.example:1/', {}, '')).toMatchObject({ why: 'no-connection' });
    expect(await postWithin(open, home)('not an address', {}, '')).toMatchObject({ why: 'refused-address' });
  });
});
