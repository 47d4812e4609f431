import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { type Answer, type Asked, eventually, type Identity, request, type Sent, type Who, type World } from './world.js';

const ROOT = join(import.meta.dirname, '../..');

/** One machine as anybody reaches it who knows its address. */
export class OneMachine implements World {
  readonly canMoveClock = true;
  #tokens = new Map<Who, Promise<string>>();

  constructor(
    readonly url: string,
    /** Of the port that takes mail; absent where none does. */
    readonly smtpPort?: number,
    readonly deskAddress?: string,
  ) {}

  async tokenFor(who: Who): Promise<string> {
    const known = this.#tokens.get(who) ?? this.#ask<{ token: string }>(`/local/token?as=${who}`).then(({ token }) => token);
    this.#tokens.set(who, known);
    return known;
  }

  async identityOf(who: Who): Promise<Identity> {
    const { issuer } = await this.#ask<{ issuer: string }>('/.well-known/openid-configuration');
    return { issuer, subject: who };
  }

  async api(method: string, path: string, asked: Asked = {}): Promise<Answer> {
    return request(this.url, method, path, asked.as === undefined ? undefined : await this.tokenFor(asked.as), asked);
  }

  async mails({ to, since }: { to?: string; since?: Date } = {}): Promise<Sent[]> {
    const query = new URLSearchParams({ limit: '1000', ...(to && { to }), ...(since && { since: since.toISOString() }) });
    const { items } = await this.#ask<{ items: Kept[] }>(`/local/mail?${query}`);
    return items.reverse().map(sentOf);
  }

  async now(): Promise<Date> {
    return new Date((await this.#ask<{ now: string }>('/local/clock')).now);
  }

  advance(advanceMinutes: number): Promise<void> {
    return this.#move({ advanceMinutes });
  }

  /** An instant that the clock has reached by itself meanwhile needs no move. */
  async to(instant: Date | string): Promise<void> {
    const since = (await this.now()).getTime() - new Date(instant).getTime();
    if (since < 0 || since > 1_000) await this.#move({ now: new Date(instant).toISOString() });
  }

  async sendMail({ from, to, raw }: { from: string; to: readonly string[]; raw: string }): Promise<void> {
    if (this.smtpPort === undefined) throw new Error('This machine takes no mail.');
    const transport = createTransport({ host: '127.0.0.1', port: this.smtpPort, ignoreTLS: true });
    await transport.sendMail({ envelope: { from, to: [...to] }, raw });
    transport.close();
  }

  eventually<T>(what: string, check: () => Promise<T | undefined | false>, milliseconds = 30_000): Promise<T> {
    return eventually(what, check, milliseconds);
  }

  /** Tokens end with the hours that pass. */
  async #move(body: object): Promise<void> {
    const { status, text } = await request(this.url, 'POST', '/local/clock', undefined, { body });
    if (status !== 200) throw new Error(`The clock was not moved: ${text}`);
    this.#tokens.clear();
  }

  async #ask<T>(path: string): Promise<T> {
    const { status, body, text } = await request(this.url, 'GET', path, undefined, {});
    if (status !== 200) throw new Error(`${path} answered ${status}: ${text}`);
    return body as T;
  }
}

interface Kept {
  readonly kind: 'mail' | 'publication';
  readonly id: string;
  readonly at: string;
  readonly to?: string[];
  readonly topic?: string;
  readonly replyTo?: string[];
  readonly subject?: string;
  readonly text?: string;
  readonly html?: string;
  readonly message?: string;
  readonly headers?: { name: string; value: string }[];
}

const sentOf = (kept: Kept): Sent => ({
  id: kept.id,
  at: kept.at,
  to: kept.to ?? [kept.topic!],
  replyTo: kept.replyTo ?? [],
  subject: kept.subject ?? '',
  text: kept.text ?? kept.message ?? '',
  html: kept.html ?? '',
  headers: Object.fromEntries((kept.headers ?? []).map(({ name, value }) => [name, value])),
});

/** A process of its own with a data folder of its own; both go when it is closed. */
export class OwnMachine {
  #process: ChildProcess | undefined;
  #said = '';
  #world: OneMachine | undefined;

  private constructor(
    readonly folder: string,
    private readonly port: number,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** `environment` is added to the process's own, such as `DYNAMODB_ENDPOINT`. */
  static async start(environment: Readonly<Record<string, string>> = {}): Promise<OwnMachine> {
    const machine = new OwnMachine(await mkdtemp(join(tmpdir(), 'steward-story-')), await freePort(), environment);
    await machine.restart();
    return machine;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Its face as a world; another one after each start. */
  get world(): OneMachine {
    if (!this.#world) throw new Error('The machine was not started.');
    return this.#world;
  }

  get isAlive(): boolean {
    return this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Starts again on the same port and folder; resolves when it says that it runs. */
  async restart(): Promise<void> {
    await this.stop();
    this.#said = '';
    const child = spawn(process.execPath, ['infra/local/launch.mjs', '--empty'], {
      cwd: ROOT,
      env: { ...process.env, NODE_NO_WARNINGS: '1', PORT: String(this.port), STEWARD_DATA: this.folder, ...this.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    for (const output of [child.stdout, child.stderr]) {
      output.on('data', (data: Buffer) => {
        this.#said += data.toString();
      });
    }
    await eventually(
      'the machine to start',
      async () => {
        if (!this.isAlive) throw new Error(`The machine ended while starting:\n${this.#said}`);
        return /Ctrl-C stops it/.test(this.#said);
      },
      60_000,
    );
    const [, smtpPort, address] = /SMTP 127\.0\.0\.1:([1-9]\d*), to (\S+)/.exec(this.#said) ?? [];
    this.#world = new OneMachine(this.url, smtpPort === undefined ? undefined : Number(smtpPort), address);
  }

  /** Ends the process at once, as a power switch does. */
  async kill9(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Ends it in good order. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (!child || !this.isAlive) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const patience = setTimeout(() => child.kill('SIGKILL'), 8_000);
    await ended;
    clearTimeout(patience);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
