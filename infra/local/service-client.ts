import { ExecutionAlreadyExists } from '@aws-sdk/client-sfn';
import type { AwsService } from './aws-endpoint.js';
import { AwsError } from './aws-error.js';

/**
 * Sends the commands of an AWS JSON service to the part that stands for it in this very process: what would travel, without the
 * journey. `target` is the protocol's prefix, such as `AmazonSQS`. What crosses is JSON as on the wire, so that both sides see
 * what they see on AWS; repeats are left to the caller, since nothing can be lost on the way.
 */
export function serviceClient(service: AwsService, target: string) {
  return {
    async send(command: { readonly input: object }): Promise<any> {
      const operation = command.constructor.name.replace(/Command$/, '');
      const headers = { 'x-amz-target': `${target}.${operation}` };
      const body = Buffer.from(JSON.stringify(wired(command.input)));
      try {
        const answer = await service.answer({ method: 'POST', path: '/', query: new URLSearchParams(), headers, body });
        return JSON.parse(String(answer.body));
      } catch (error) {
        throw error instanceof AwsError ? asThrown(error) : error;
      }
    },
  };
}

/** Instants travel as seconds since 1970. */
function wired(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(wired);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, wired(member)]));
}

/** The SDK's own class where functions tell errors apart by it, else an error of that name. */
const asThrown = (error: AwsError): Error =>
  error.code === 'ExecutionAlreadyExists'
    ? new ExecutionAlreadyExists({ message: error.message, $metadata: { httpStatusCode: error.status } })
    : error;
