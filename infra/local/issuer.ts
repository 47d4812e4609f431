import { createHash, createPublicKey, randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, exportPKCS8, generateKeyPair, importPKCS8, type JWK, SignJWT } from 'jose';
import { readIfThere, writeWhole } from './atomic-file.js';

/**
 * An OpenID Connect issuer for one machine: the documents that a verifier reads, and tokens with the claims that Amazon Cognito
 * writes. It asks nobody for a password: whoever can reach the machine can have any sample person's token, which is why it is
 * part of no deployment. Its key is kept in the data folder; its times follow the movable clock.
 */
export class Issuer {
  private constructor(
    readonly url: string,
    readonly audience: string,
    private readonly key: CryptoKey,
    private readonly jwk: JWK & { kid: string },
    private readonly now: () => Date,
    private readonly documentsAt: string,
  ) {}

  /** `audience` is the app client's id that tokens are for. */
  static async open({ url, audience, keyFile, now, documentsAt = url }: IssuerOptions): Promise<Issuer> {
    const kept = await readIfThere(keyFile);
    const pem = kept?.toString('utf8') ?? (await makeKey(keyFile));
    const key = await importPKCS8(pem, 'RS256', { extractable: false });
    const jwk = await exportJWK(createPublicKey(pem));
    const kid = createHash('sha256').update(String(jwk.n)).digest('base64url').slice(0, 22);
    return new Issuer(url, audience, key, { ...jwk, kid, alg: 'RS256', use: 'sig' }, now, documentsAt);
  }

  /** For `/.well-known/openid-configuration`. */
  get discovery(): object {
    return {
      issuer: this.url,
      jwks_uri: `${this.documentsAt}/.well-known/jwks.json`,
      response_types_supported: ['code', 'token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid', 'email', 'profile'],
    };
  }

  /** For `/.well-known/jwks.json`. */
  get jwks(): { keys: JWK[] } {
    return { keys: [this.jwk] };
  }

  /** A signed token of the person; `ttl` in seconds. */
  token(
    person: TokenPerson,
    { use = 'access', ttl = 3600, groups = [], scope = 'openid', claims = {} }: TokenOptions = {},
  ): Promise<string> {
    const issued = Math.floor(this.now().getTime() / 1000);
    const own =
      use === 'id'
        ? {
            aud: this.audience,
            email: person.email,
            email_verified: true,
            name: person.name,
            'cognito:username': person.username,
          }
        : { client_id: this.audience, scope, version: 2, username: person.username };
    const payload = {
      sub: person.id,
      ...(groups.length > 0 && { 'cognito:groups': [...groups] }),
      iss: this.url,
      ...own,
      origin_jti: randomUUID(),
      token_use: use,
      auth_time: issued,
      jti: randomUUID(),
      iat: issued,
      exp: issued + ttl,
      ...claims,
    };
    return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: this.jwk.kid }).sign(this.key);
  }

  /** A machine client's access token, as the client-credentials grant gives: no user, groups or username. */
  machineToken(clientId: string, { scope, ttl = 3600 }: { scope: string; ttl?: number }): Promise<string> {
    const issued = Math.floor(this.now().getTime() / 1000);
    const times = { auth_time: issued, iat: issued, exp: issued + ttl };
    const payload = {
      sub: clientId,
      token_use: 'access',
      scope,
      iss: this.url,
      client_id: clientId,
      version: 2,
      jti: randomUUID(),
      ...times,
    };
    return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: this.jwk.kid }).sign(this.key);
  }
}

export interface IssuerOptions {
  url: string;
  audience: string;
  keyFile: string;
  now: () => Date;
  /** Where its documents are fetched, when that is not its name. */
  documentsAt?: string;
}

export interface TokenPerson {
  id: string;
  username: string;
  email?: string;
  name?: string;
}

export interface TokenOptions {
  use?: 'access' | 'id';
  ttl?: number;
  groups?: readonly string[];
  scope?: string;
  /** Further claims, or other values for those above. */
  claims?: Record<string, unknown>;
}

async function makeKey(file: string): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const pem = await exportPKCS8(privateKey);
  await writeWhole(file, pem);
  return pem;
}
