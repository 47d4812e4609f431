import type { AwsAnswer, AwsRequest, AwsService } from './aws-endpoint.js';
import { AwsError } from './aws-error.js';

/**
 * The AWS JSON protocols 1.0 and 1.1: one POST to `/`, the operation in `x-amz-target`.
 * An operation takes the parsed input and answers what the SDK will give back, or throws an {@link AwsError}.
 */
export function jsonService(prefix: string, operations: Record<string, (input: never) => Promise<object>>): AwsService {
  return {
    serves: ({ headers }) => headers['x-amz-target']?.startsWith(`${prefix}.`) ?? false,
    answer: async (request) => {
      const name = request.headers['x-amz-target']!.slice(prefix.length + 1);
      if (!Object.hasOwn(operations, name)) {
        throw new AwsError('UnknownOperationException', `${prefix} has no operation ${name} on one machine.`);
      }
      const operation = operations[name] as (input: unknown) => Promise<object>;
      return reply(request, 200, await operation(parse(request.body)));
    },
    refusal: (error, request) => {
      const answer = reply(request, error.status, { __type: error.code, message: error.message });
      const queryError: Record<string, string> = request.headers['x-amzn-query-mode']
        ? { 'x-amzn-query-error': `${error.code};Sender` }
        : {};
      return { ...answer, headers: { ...answer.headers, 'x-amzn-errortype': error.code, ...queryError } };
    },
  };
}

function reply(request: AwsRequest, status: number, body: object): AwsAnswer {
  const type = request.headers['content-type'] ?? 'application/x-amz-json-1.0';
  return { status, headers: { 'content-type': type }, body: JSON.stringify(body) };
}

function parse(body: Buffer): unknown {
  try {
    const input: unknown = JSON.parse(body.toString('utf8') || '{}');
    if (typeof input === 'object' && input !== null) return input;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new AwsError('SerializationException', 'The request is not a JSON object.');
}
