import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AwsError } from './aws-error.js';
import { type Fault, logFault } from './fault.js';
import { listen, readBody, stop, TooLong } from './http-server.js';

/**
 * One loopback port that speaks the wire protocols of the AWS services that the functions use. It hands each request to the
 * first service that recognises it. It checks no signatures: only this machine reaches it (S3 checks those of links and forms,
 * which leave the process). Requests for another host name are refused, so that no page on the network can be tricked into it.
 */
export class AwsEndpoint {
  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {}

  /** Body limit in bytes; beyond it 413. */
  static async open({
    services,
    port = 0,
    limit = 40 * 1024 * 1024,
    fault = logFault,
  }: AwsEndpointOptions): Promise<AwsEndpoint> {
    const server = createServer((incoming, outgoing) => {
      respond(incoming, outgoing, services, limit, fault).catch((error: unknown) => {
        fault('answering an AWS request', error);
        outgoing.destroy();
      });
    });
    return new AwsEndpoint(await listen(server, port), server);
  }

  close(): Promise<void> {
    return stop(this.server);
  }
}

export interface AwsEndpointOptions {
  services: readonly AwsService[];
  port?: number;
  limit?: number;
  fault?: Fault;
}

export interface AwsService {
  /** Whether the request is for this service. */
  serves(request: AwsRequest): boolean;
  answer(request: AwsRequest): Promise<AwsAnswer>;
  /** The service's way to write an error down. */
  refusal(error: AwsError, request: AwsRequest): AwsAnswer;
}

export interface AwsRequest {
  method: string;
  /** Percent-encoded, without the query. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: Buffer;
}

export interface AwsAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

async function respond(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  services: readonly AwsService[],
  limit: number,
  fault: Fault,
): Promise<void> {
  const request = requestOf(incoming);
  const service = services.find((candidate) => candidate.serves(request));
  try {
    if (!isLoopback(request.headers['host'])) throw new AwsError('AccessDenied', 'This endpoint serves this machine only.', 403);
    request.body = await readBody(incoming, limit);
    if (!service) throw new AwsError('UnknownOperationException', 'No service here knows this request.', 404);
    send(outgoing, await service.answer(request));
  } catch (error) {
    const refusal = refusalFor(error);
    if (refusal.status === 500) fault('answering an AWS request', error);
    send(outgoing, (service ?? plain).refusal(refusal, request));
  }
}

function refusalFor(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof TooLong) return new AwsError('EntityTooLarge', 'The request is larger than is taken here.', 413);
  return new AwsError('InternalFailure', 'The request could not be answered because of a fault.', 500);
}

function requestOf({ method = 'GET', url = '/', headers }: IncomingMessage): AwsRequest {
  const mark = url.indexOf('?');
  return {
    method,
    path: mark === -1 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1)),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body: Buffer.alloc(0),
  };
}

const isLoopback = (host = ''): boolean => /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);

function send(outgoing: ServerResponse, { status, headers = {}, body = '' }: AwsAnswer): void {
  outgoing.writeHead(status, { 'x-amzn-requestid': randomUUID(), 'content-length': Buffer.byteLength(body), ...headers });
  outgoing.end(body);
}

const plain = {
  refusal: ({ code, message, status }: AwsError): AwsAnswer => ({
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, message }),
  }),
};
