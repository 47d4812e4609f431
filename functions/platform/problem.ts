import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Reason, Refusal } from '../kernel/errors.js';

/** The one place where a refusal becomes a status. A reason without a status does not compile. */
const STATUS: Record<Reason, { readonly status: number; readonly title: string }> = {
  invalid: { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'Not proven' },
  forbidden: { status: 403, title: 'Not allowed' },
  'not-found': { status: 404, title: 'Not found' },
  'no-such-method': { status: 405, title: 'No such method here' },
  conflict: { status: 409, title: 'In conflict with what stands' },
  'illegal-move': { status: 409, title: 'Not open from here' },
  stale: { status: 412, title: 'Changed by someone else' },
  'too-large': { status: 413, title: 'Too large' },
  'not-json': { status: 415, title: 'Not JSON' },
  'key-reused': { status: 422, title: 'Idempotency-Key used for another request' },
  'not-ready': { status: 422, title: 'Not ready for this' },
  'precondition-required': { status: 428, title: 'If-Match is required' },
  'too-many': { status: 429, title: 'Too many requests' },
};

const HEADERS = { 'content-type': 'application/problem+json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** RFC 9457 for refusals. `instance` is the request id, by which the log is found. */
export function problem(refusal: Refusal, instance: string): APIGatewayProxyStructuredResultV2 {
  const { status, title } = STATUS[refusal.reason];
  const { errors, facts, retryAfter } = refusal.more;
  return {
    statusCode: status,
    headers: {
      ...HEADERS,
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      ...(refusal.reason === 'no-such-method' && { allow: String(facts?.['methods'] ?? '') }),
    },
    body: JSON.stringify({
      ...facts,
      type: `urn:steward:refusal:${refusal.reason}`,
      title,
      status,
      detail: refusal.message,
      instance,
      ...(errors && { errors }),
    }),
  };
}

/** What AWS says, after the client's own retries, when it takes no more just now or did not answer. */
const PASSING = new Set([
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'TransactionInProgressException',
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
  'ECONNREFUSED',
  'ECONNRESET',
]);

const BUSY = {
  type: 'urn:steward:busy',
  title: 'Too busy for a moment',
  status: 503,
  detail: 'This could not be finished now, and may or may not have taken effect. Repeat it with the same Idempotency-Key.',
};
const FAULT = {
  type: 'urn:steward:fault',
  title: 'A fault on our side',
  status: 500,
  detail: 'Something went wrong on our side; nothing is known to be lost. Repeat with the same Idempotency-Key.',
};

/** Anything else is a fault on our side: the caller is told only the request id, and whether waiting helps. */
export function fault(instance: string, error: unknown): APIGatewayProxyStructuredResultV2 {
  const passing = error instanceof Error && (PASSING.has(error.name) || PASSING.has((error as NodeJS.ErrnoException).code ?? ''));
  const said = passing ? BUSY : FAULT;
  return {
    statusCode: said.status,
    headers: { ...HEADERS, ...(passing && { 'retry-after': '1' }) },
    body: JSON.stringify({ ...said, instance }),
  };
}
