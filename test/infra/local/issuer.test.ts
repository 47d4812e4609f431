import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLocalJWKSet, exportPKCS8, generateKeyPair, jwtVerify, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { Authoriser } from '../../../infra/local/authoriser.js';
import { MovableClock } from '../../../infra/local/clock.js';
import { Issuer } from '../../../infra/local/issuer.js';
import { closing, scratchFolder } from './scratch.js';

const url = 'http://127.0.0.1:4000';
const anna = { id: 'p-1', username: 'anna', email: 'anna@example.com', name: 'Anna' };

async function house() {
  const keyFile = join(scratchFolder(), 'issuer.pem');
  const clock = closing(await MovableClock.open());
  const open = () => Issuer.open({ url, audience: 'steward', keyFile, now: clock.now });
  const issuer = await open();
  const authoriser = new Authoriser({ issuer: url, audience: ['steward'], jwks: issuer.jwks as never, now: clock.now });
  const accepts = async (token: string | undefined) => (await authoriser.claims(token && `Bearer ${token}`)) !== undefined;
  return { keyFile, clock, issuer, open, authoriser, accepts };
}

describe('the issuer', () => {
  it('writes the claims that Cognito writes, and the gateway hands them on as text', async () => {
    const { issuer, authoriser, clock } = await house();
    const token = await issuer.token(anna, { groups: ['agents', 'managers'] });
    const claims = await authoriser.claims(`Bearer ${token}`);
    expect(claims).toMatchObject({
      sub: 'p-1',
      'cognito:groups': '[agents managers]',
      iss: url,
      client_id: 'steward',
      token_use: 'access',
      username: 'anna',
      version: '2',
    });
    expect(Number(claims!['exp']) - Math.floor(clock.millis() / 1000)).toBeLessThanOrEqual(3600);
    const id = await authoriser.claims(await issuer.token(anna, { use: 'id' }));
    expect(id).toMatchObject({ aud: 'steward', email: 'anna@example.com', 'cognito:username': 'anna', token_use: 'id' });
    const machine = await authoriser.claims(await issuer.machineToken('steward', { scope: 'steward/read' }));
    expect(machine).toMatchObject({ client_id: 'steward', scope: 'steward/read' });
  });

  it('keeps its key, and publishes nothing of it but the public half', async () => {
    const { issuer, open } = await house();
    const again = await open();
    expect(again.jwks).toEqual(issuer.jwks);
    expect(Object.keys(issuer.jwks.keys[0]!).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    expect(issuer.discovery).toMatchObject({ issuer: url, jwks_uri: `${url}/.well-known/jwks.json` });
    await expect(
      jwtVerify(await issuer.token(anna), createLocalJWKSet(again.jwks as never), { issuer: url }),
    ).resolves.toBeDefined();
  });
});

describe('the authoriser refuses', () => {
  it('no token, rubbish, and one that was altered', async () => {
    const { issuer, accepts } = await house();
    const token = await issuer.token(anna);
    expect(await accepts(token)).toBe(true);
    const [head, body, signature] = token.split('.') as [string, string, string];
    const altered = Buffer.from(Buffer.from(body, 'base64url').toString().replace('p-1', 'p-2')).toString('base64url');
    for (const bad of [
      undefined,
      '',
      'x',
      'a.b.c',
      `${head}.${altered}.${signature}`,
      `${head}.${body}.`,
      `${head}.${body}`,
      `${token}x`,
    ]) {
      expect(await accepts(bad)).toBe(false);
    }
  });

  it('one that has expired, by the moved clock, also when it was good a moment ago', async () => {
    const { issuer, accepts, clock } = await house();
    const token = await issuer.token(anna, { ttl: 600 });
    expect(await accepts(token)).toBe(true);
    await clock.advance(11);
    expect(await accepts(token)).toBe(false);
    expect(await accepts(await issuer.token(anna))).toBe(true);
  });

  it('one that is not valid yet', async () => {
    const { issuer, accepts, clock } = await house();
    const token = await issuer.token(anna, { claims: { nbf: Math.floor(clock.millis() / 1000) + 300 } });
    expect(await accepts(token)).toBe(false);
    await clock.advance(6);
    expect(await accepts(token)).toBe(true);
  });

  it('another issuer, another audience, and one that never expires', async () => {
    const { issuer, accepts } = await house();
    expect(await accepts(await issuer.token(anna, { claims: { iss: 'https://elsewhere' } }))).toBe(false);
    expect(await accepts(await issuer.token(anna, { claims: { client_id: 'other' } }))).toBe(false);
    expect(await accepts(await issuer.token(anna, { claims: { aud: ['other'] } }))).toBe(false);
    expect(await accepts(await issuer.token(anna, { claims: { exp: undefined } }))).toBe(false);
  });

  it('another algorithm, with our public key as its secret or with none at all', async () => {
    const { issuer, accepts, clock } = await house();
    const claims = { sub: 'p-1', client_id: 'steward' };
    const seconds = Math.floor(clock.millis() / 1000);
    const unsecured = new UnsecuredJWT(claims)
      .setIssuer(url)
      .setExpirationTime(seconds + 60)
      .encode();
    const secret = new TextEncoder().encode(String(issuer.jwks.keys[0]!.n));
    const kid = issuer.jwks.keys[0]!.kid!;
    const symmetric = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid })
      .setIssuer(url)
      .setExpirationTime(seconds + 60)
      .sign(secret);
    expect([await accepts(unsecured), await accepts(symmetric)]).toEqual([false, false]);
  });

  it('the signature of another key under our key id', async () => {
    const { issuer, accepts, clock, keyFile } = await house();
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    expect(await exportPKCS8(privateKey)).not.toBe(readFileSync(keyFile, 'utf8'));
    const header = { alg: 'RS256', kid: issuer.jwks.keys[0]!.kid! };
    const forged = await new SignJWT({ sub: 'p-1', client_id: 'steward' })
      .setProtectedHeader(header)
      .setIssuer(url)
      .setExpirationTime(Math.floor(clock.millis() / 1000) + 60)
      .sign(privateKey);
    expect(await accepts(forged)).toBe(false);
  });
});
