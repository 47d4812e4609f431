import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { keyFrom, kmsKey } from '../../../functions/platform/root-key.js';
import { signedHeaders } from '../../../functions/platform/signed-request.js';

const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'token',
};

/** What the SDK itself sends for a call of a JSON service, without the headers that only count its tries. */
async function sentBySdk(): Promise<{ headers: Record<string, string>; body: string }> {
  let sent: { headers: Record<string, string>; body: string } | undefined;
  const client = new SecretsManagerClient({
    region: 'eu-west-1',
    credentials,
    requestHandler: {
      handle: async (request: never) => {
        sent = request;
        throw Object.assign(new Error('Seen.'), { name: 'Seen' });
      },
    } as never,
    maxAttempts: 1,
  });
  client.middlewareStack.addRelativeTo(
    (next: (args: any) => Promise<any>) => async (args: any) => {
      const { headers } = args.request as { headers: Record<string, string> };
      for (const name of Object.keys(headers)) if (/^amz-sdk-|user-agent$|^content-length$/.test(name)) delete headers[name];
      return next(args);
    },
    { relation: 'before', toMiddleware: 'httpSigningMiddleware', name: 'plain' },
  );
  await client.send(new GetSecretValueCommand({ SecretId: 'x' })).catch(() => undefined);
  return sent!;
}

describe('a signed request', () => {
  it('is signed as the SDK signs it', async () => {
    const { headers, body } = await sentBySdk();
    const at = headers['x-amz-date']!.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
    const call = {
      service: 'secretsmanager',
      target: headers['x-amz-target']!,
      url: `https://${headers['host']}/`,
      region: 'eu-west-1',
      body,
    };
    const ours = signedHeaders(call, credentials, new Date(at));
    expect(ours['authorization']).toBe(headers['authorization']);
    expect(headers).toMatchObject(ours);
  });
});

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const text = Buffer.from('{"day":"2026-03-02"}');

/** KMS as far as roots need it; the first answers may be refusals. */
function kms(...refusals: readonly [number, string][]) {
  const left = [...refusals];
  const asked: { target: string; input: Record<string, string> }[] = [];
  const fetch = async (_: string, { headers, body }: { headers: Record<string, string>; body: string }): Promise<Response> => {
    const input = JSON.parse(body) as Record<string, string>;
    asked.push({ target: headers['x-amz-target']!, input });
    const refusal = left.shift();
    if (refusal) return new Response(`{"__type":"${refusal[1]}"}`, { status: refusal[0] });
    const answer = headers['x-amz-target']!.endsWith('GetPublicKey')
      ? { PublicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') }
      : { Signature: sign('sha256', Buffer.from(input['Message']!, 'base64'), privateKey).toString('base64') };
    return new Response(JSON.stringify(answer));
  };
  const clock = () => new Date('2026-03-02T10:00:00.000Z');
  const setting = { keyId: 'key-1', region: async () => 'eu-west-1', credentials: async () => credentials, clock };
  return { asked, key: kmsKey({ ...setting, fetch: fetch as never }) };
}

describe('the key of roots', () => {
  it('that KMS keeps signs what its public key verifies, and is asked for that key once', async () => {
    const { key, asked } = kms();
    const pem = await key.publicKey();
    expect(verify('sha256', text, pem, Buffer.from(await key.sign(text), 'base64'))).toBe(true);
    await key.publicKey();
    expect(asked.map(({ target, input }) => [target, input['KeyId'], input['SigningAlgorithm']])).toEqual([
      ['TrentService.GetPublicKey', 'key-1', undefined],
      ['TrentService.Sign', 'key-1', 'ECDSA_SHA_256'],
    ]);
  });

  it('is asked again where KMS was busy, and not where it refused', async () => {
    const busy = kms([500, 'KMSInternalException'], [400, 'ThrottlingException']);
    expect(await busy.key.publicKey()).toContain('BEGIN PUBLIC KEY');
    expect(busy.asked).toHaveLength(3);
    const refused = kms([400, 'AccessDeniedException']);
    await expect(refused.key.sign(text)).rejects.toThrow('kms answered 400 to Sign');
    expect(refused.asked).toHaveLength(1);
    expect(await refused.key.publicKey()).toContain('BEGIN PUBLIC KEY');
  });

  it('of one machine does the same', async () => {
    const key = keyFrom(String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
    expect(verify('sha256', text, await key.publicKey(), Buffer.from(await key.sign(text), 'base64'))).toBe(true);
  });
});
