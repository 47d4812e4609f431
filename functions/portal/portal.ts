import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type ServedFile, servedFile, shelfOf } from './files.js';
import { headersFor } from './headers.js';

export interface PortalParts {
  /** Where `build.ts` wrote the pages. */
  readonly folder: string;
  /** The contract as it is declared now; otherwise the one that was built. */
  readonly openApi?: object;
}

export type PortalHandler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

const PAGES: Readonly<Record<string, string>> = {
  '/': 'index.html',
  '/docs': 'docs.html',
  '/v1/openapi.json': 'openapi.json',
};

/**
 * The pages that people read in a browser, and the contract that programs read, behind an HTTP API (payload 2.0).
 * It needs no token and knows no records: what is shown comes from the API, with the reader's own token.
 */
export function portal({ folder, openApi }: PortalParts): PortalHandler {
  const shelf = shelfOf(folder);
  const contract = openApi && servedFile(Buffer.from(JSON.stringify(openApi)));
  return async ({ rawPath, requestContext: { http, requestId }, headers }) => {
    if (http.method !== 'GET' && http.method !== 'HEAD')
      return refusal(405, 'No such method here', requestId, { allow: 'GET, HEAD' });
    const name = fileFor(rawPath);
    const file = name === 'openapi.json' && contract ? contract : name && (await shelf(name));
    return name && file ? answer(name, file, headers, http.method) : refusal(404, 'Not found', requestId);
  };
}

function fileFor(rawPath: string): string | undefined {
  const path = rawPath.length > 1 ? rawPath.replace(/\/$/, '') : '/';
  return PAGES[path] ?? (path.startsWith('/assets/') ? path.slice(1) : undefined);
}

function answer(
  name: string,
  file: ServedFile,
  asked: APIGatewayProxyEventV2['headers'],
  method: string,
): APIGatewayProxyStructuredResultV2 {
  const headers = { ...headersFor(name), etag: file.etag };
  if (asked['if-none-match']?.split(/\s*,\s*/).includes(file.etag)) return { statusCode: 304, headers };
  if (method === 'HEAD') return { statusCode: 200, headers };
  if (!/\bgzip\b/.test(asked['accept-encoding'] ?? '')) return { statusCode: 200, headers, body: file.plain.toString('utf8') };
  return {
    statusCode: 200,
    headers: { ...headers, 'content-encoding': 'gzip' },
    body: file.gzip.toString('base64'),
    isBase64Encoded: true,
  };
}

const refusal = (
  status: number,
  title: string,
  instance: string,
  headers: Record<string, string> = {},
): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: {
    'content-type': 'application/problem+json',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...headers,
  },
  body: JSON.stringify({
    type: `urn:steward:refusal:${status === 404 ? 'not-found' : 'no-such-method'}`,
    title,
    status,
    detail: `${title}.`,
    instance,
  }),
});
