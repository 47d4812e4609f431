import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dynoxide } from '../../../infra/local/dynoxide.js';
import { listen, readBody, stop } from '../../../infra/local/http-server.js';

/**
 * The table's engine with a doorkeeper in front, so that a machine can be struck down at one exact point of its work: the
 * doorkeeper sees each request that goes to the table, and knows when it was carried out.
 */
export class WatchedEngine {
  #trap: Trap | undefined;

  private constructor(
    readonly url: string,
    private readonly server: Server,
    private readonly engine: Dynoxide,
    private readonly folder: string,
  ) {}

  static async start(): Promise<WatchedEngine> {
    const folder = await mkdtemp(join(tmpdir(), 'steward-engine-'));
    const engine = await Dynoxide.start({ folder });
    const server = createServer((incoming, outgoing) => {
      watched.#pass(incoming, outgoing).catch(() => outgoing.destroy()); // The caller was struck down: nobody is answered.
    });
    const watched: WatchedEngine = new WatchedEngine(await listen(server, 0), server, engine, folder);
    return watched;
  }

  /**
   * Strikes once, at the next request that matches: `before` it reaches the engine, which then never sees it, or `after` it was
   * carried out. It is never answered. Resolves when the blow has fallen.
   */
  strike(when: 'before' | 'after', matches: Trap['matches'], blow: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#trap = { when, matches, blow: () => blow().then(resolve, reject) };
    });
  }

  async close(): Promise<void> {
    await stop(this.server, 200);
    await this.engine.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await readBody(incoming, 64 * 1024 * 1024);
    const operation = String(incoming.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    const trap = this.#trap?.matches(operation, body.toString('utf8')) ? this.#trap : undefined;
    if (trap) this.#trap = undefined;
    if (trap?.when === 'before') return this.#blow(trap, outgoing);
    const answer = await fetch(`${this.engine.endpoint}${incoming.url}`, {
      method: incoming.method!,
      headers: forwarded(incoming),
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
    const content = Buffer.from(await answer.arrayBuffer());
    if (trap) return this.#blow(trap, outgoing);
    outgoing.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? '',
      'content-length': content.length,
    });
    outgoing.end(content);
  }

  async #blow({ blow }: Trap, outgoing: ServerResponse): Promise<void> {
    await blow();
    outgoing.destroy();
  }
}

interface Trap {
  readonly when: 'before' | 'after';
  readonly matches: (operation: string, body: string) => boolean;
  readonly blow: () => Promise<void>;
}

const HOP_BY_HOP = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'expect']);

const forwarded = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (HOP_BY_HOP.has(name) ? [] : [[name, String(value)]])));
