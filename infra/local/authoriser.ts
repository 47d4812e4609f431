import { createHash } from 'node:crypto';
import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose';

/**
 * The JWT authoriser of an HTTP API: signature by the issuer's keys, RS256 only, issuer, audience (`aud`, or `client_id` where
 * there is none), `exp` and `nbf`. A verified token is remembered by its digest until it expires, so that the next request with
 * it costs a look-up. It decides who somebody is, not what they may do.
 */
export class Authoriser {
  #verified = new Map<string, Verified>();
  #keys: ReturnType<typeof createLocalJWKSet>;

  constructor(private readonly options: AuthoriserOptions) {
    this.#keys = createLocalJWKSet(options.jwks);
  }

  /** The claims as API Gateway hands them on, or undefined for a token that is refused. */
  async claims(authorization: string | undefined): Promise<Claims | undefined> {
    const token = authorization?.replace(/^bearer\s+/i, '');
    if (!token) return undefined;
    const digest = createHash('sha256').update(token).digest('base64');
    const known = this.#verified.get(digest);
    if (known) return this.#isCurrent(known) ? known.claims : this.#forget(digest);
    const verified = await this.#verify(token);
    if (!verified) return undefined;
    if (this.#verified.size >= REMEMBERED) this.#verified.delete(this.#verified.keys().next().value!);
    this.#verified.set(digest, verified);
    return verified.claims;
  }

  async #verify(token: string): Promise<Verified | undefined> {
    const { issuer, now } = this.options;
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        issuer,
        algorithms: ['RS256'],
        currentDate: now(),
        requiredClaims: ['exp'],
      });
      const audience = payload.aud ?? payload['client_id'];
      if (![audience].flat().some((one) => this.options.audience.includes(String(one)))) return undefined;
      return { claims: asStrings(payload), notBefore: (payload.nbf ?? 0) * 1000, expires: payload.exp! * 1000 };
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  #isCurrent({ notBefore, expires }: Verified): boolean {
    const now = this.options.now().getTime();
    return notBefore <= now && now < expires;
  }

  #forget(digest: string): undefined {
    this.#verified.delete(digest);
  }
}

export type Claims = Record<string, string>;

export interface AuthoriserOptions {
  issuer: string;
  audience: readonly string[];
  jwks: JSONWebKeySet;
  now: () => Date;
}

interface Verified {
  claims: Claims;
  notBefore: number;
  expires: number;
}

const REMEMBERED = 10_000;

/** API Gateway hands every claim on as text: a list as `[a b]`, a number and a boolean as they are written. */
function asStrings(payload: object): Claims {
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, asString(value)]));
}

function asString(value: unknown): string {
  if (Array.isArray(value)) return `[${value.join(' ')}]`;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
