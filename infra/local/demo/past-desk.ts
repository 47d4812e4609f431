import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Role } from '../../../functions/kernel/permission.js';
import type { Desk } from '../../../functions/operation/incident/desk.js';
import type { Dependencies } from '../../../functions/platform/dependencies.js';
import { serve } from '../../../functions/platform/http.js';
import { SYSTEM } from '../../../functions/platform/telling.js';
import { directory } from '../../../functions/support/directory.js';
import { areas } from '../../areas.js';

/** Somebody who acts in the demo organisation: the subject of a sign-in, and what it may do. */
export interface Actor {
  readonly subject: string;
  readonly roles: readonly Role[];
}

/** A record as an answer shows it. */
export interface Shown {
  readonly id: string;
  readonly number: string;
  readonly version: number;
  readonly status: string;
}

/**
 * The areas' own functions, called as the gateway calls them, while their clock stands at an instant that has passed.
 * What is written that way is as real as what people write: rules, clocks, guards and the hash chain are the same code.
 */
export class PastDesk {
  #handlers: ReadonlyMap<string, ReturnType<typeof serve>>;
  #requests = 0;
  /** The instant of the request that is being handed over; functions read their clock once, as they take a request. */
  #at: number | undefined;

  constructor(
    private readonly dependencies: Dependencies,
    private readonly issuer: string,
  ) {
    this.#handlers = new Map(
      areas.flatMap((area) => {
        const handler = serve(area, directory, { ...dependencies, clock: () => this.#readClock() });
        return area.entities.map(({ plural }) => [plural, handler] as const);
      }),
    );
  }

  /**
   * Sends a request such as `POST /v1/teams` as somebody, at an instant (epoch ms). `version` is the one that a change
   * expects. Throws with the whole request when it is refused.
   */
  async send(as: Actor, at: number, request: string, body: object, version?: number): Promise<Shown> {
    const handler = this.#handlers.get(request.split('/')[2]!)!;
    this.#at = at;
    const answering = handler(this.#event(as, request, body, version));
    if (this.#at !== undefined) throw new Error('A function took a request without reading its clock at once.');
    const answer = await answering;
    if ((answer.statusCode ?? 500) < 300) return JSON.parse(answer.body ?? '{}') as Shown;
    throw new Error(
      `The demo organisation could not ${request} as ${as.subject} at ${new Date(at).toISOString()}: ${answer.body}\n${JSON.stringify(body)}`,
    );
  }

  /** The system itself at an instant (epoch ms), as its tasks act. */
  system(at: number): Desk {
    const now = new Date(at);
    return {
      records: this.dependencies.store.for({ actor: SYSTEM.id, now, correlation: `demo-${++this.#requests}` }),
      caller: SYSTEM,
      now,
    };
  }

  #readClock(): Date {
    const at = this.#at;
    if (at === undefined) throw new Error('A function read its clock again, when it stood at another instant already.');
    this.#at = undefined;
    return new Date(at);
  }

  #event({ subject, roles }: Actor, request: string, body: object, version?: number): APIGatewayProxyEventV2 {
    const [method = 'GET', path = '/'] = request.split(' ');
    const claims = { iss: this.issuer, sub: subject, 'cognito:groups': `[${roles.join(' ')}]` };
    return {
      version: '2.0',
      rawPath: path,
      rawQueryString: '',
      headers: { 'content-type': 'application/json', ...(version !== undefined && { 'if-match': `"${version}"` }) },
      requestContext: {
        requestId: `demo-${++this.#requests}`,
        http: { method, path },
        authorizer: { jwt: { claims } },
      },
      body: JSON.stringify(body),
      isBase64Encoded: false,
    } as unknown as APIGatewayProxyEventV2;
  }
}
