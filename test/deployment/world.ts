import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Role } from '../../functions/kernel/permission.js';
import { stamped, verdictsFromHeaders } from '../../infra/local/mail-receipt.js';
import {
  type Answer,
  type Asked,
  eventually,
  type Identity,
  request,
  type Sent,
  type Who,
  type World,
} from '../stories/world.js';
import { AwsRefusal, emulated } from './emulator.js';

/** What a deployment says of itself, of all its stacks. */
interface Outputs {
  readonly Url: string;
  readonly UserPoolId: string;
  readonly UserPoolClientId: string;
  readonly MailBucket: string;
}

const ROLES: Record<Who, Role> = {
  admin: 'admin',
  agent: 'agent',
  'agent-2': 'agent',
  owner: 'service-owner',
  relations: 'relationship-manager',
  sms: 'sms-manager',
  auditor: 'auditor',
  requester: 'requester',
  'requester-2': 'requester',
};
const PASSWORD = 'A-long-password-of-a-test-1';
const DESK = 'desk@desk.example';

interface SignedIn extends Identity {
  readonly token: string;
}

/** A deployment in the emulator: people sign in through Cognito, letters are read at the post office, time is real. */
class Deployed implements World {
  readonly canMoveClock = false;
  readonly deskAddress = DESK;
  #signedIn = new Map<Who, Promise<SignedIn>>();
  #aws;

  constructor(
    readonly url: string,
    private readonly outputs: Outputs,
    endpoint: string,
    private readonly postOffice: string,
    private readonly run: string,
  ) {
    this.#aws = emulated(endpoint);
  }

  async tokenFor(who: Who): Promise<string> {
    return (await this.#signIn(who)).token;
  }

  async identityOf(who: Who): Promise<Identity> {
    const { issuer, subject } = await this.#signIn(who);
    return { issuer, subject };
  }

  async api(method: string, path: string, asked: Asked = {}): Promise<Answer> {
    const token = asked.as === undefined ? undefined : await this.tokenFor(asked.as);
    return request(this.url, method, this.#within(path), token, asked);
  }

  async mails({ to, since }: { to?: string; since?: Date } = {}): Promise<Sent[]> {
    const sent = (await (await fetch(`${this.postOffice}/sent`)).json()) as Sent[];
    return sent
      .map((each) => ({ ...each, to: each.to.map(topicName), text: this.#here(each.text), html: this.#here(each.html) }))
      .filter((each) => to === undefined || each.to.includes(to))
      .filter(({ at }) => since === undefined || at >= since.toISOString());
  }

  now = async (): Promise<Date> => new Date();

  advance(): Promise<void> {
    throw new Error('Time cannot be moved in a deployment.');
  }

  to(): Promise<void> {
    return this.advance();
  }

  async sendMail({ from, to, raw }: { from: string; to: readonly string[]; raw: string }): Promise<void> {
    const [id, bytes] = [randomUUID(), Buffer.from(raw)];
    const envelope = { id, sender: from, recipients: [...to], at: new Date().toISOString() };
    await this.#aws.store(this.outputs.MailBucket, `inbound/${id}`, stamped(bytes, envelope, verdictsFromHeaders(bytes)));
  }

  eventually<T>(what: string, check: () => Promise<T | undefined | false>, milliseconds = 25_000): Promise<T> {
    return eventually(what, check, milliseconds, 250);
  }

  /** Links in letters carry the API's own host, which only the emulator's network knows. */
  #here = (text: string): string => text.replaceAll(this.outputs.Url, this.url);

  /** The emulator serves an API under a path of its own, which the links of letters then have as well. */
  #within(path: string): string {
    const { pathname } = new URL(this.url);
    return path.startsWith(`${pathname}/`) ? path.slice(pathname.length) : path;
  }

  #signIn(who: Who): Promise<SignedIn> {
    const known = this.#signedIn.get(who) ?? this.#enter(who);
    this.#signedIn.set(who, known);
    return known;
  }

  async #enter(who: Who): Promise<SignedIn> {
    const [UserPoolId, Username] = [this.outputs.UserPoolId, `${who}.${this.run}@people.example`];
    await this.#create({ UserPoolId, Username }, who);
    const { AuthenticationResult } = await this.#aws.cognito('AdminInitiateAuth', {
      UserPoolId,
      ClientId: this.outputs.UserPoolClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: Username, PASSWORD: PASSWORD },
    });
    const token = String((AuthenticationResult as Record<string, unknown>)['AccessToken']);
    const { iss, sub } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { iss: string; sub: string };
    return { token, issuer: iss, subject: sub };
  }

  /** Another process of the same run may have created them already. */
  async #create(user: { readonly UserPoolId: string; readonly Username: string }, who: Who): Promise<void> {
    try {
      const UserAttributes = [
        { Name: 'email', Value: user.Username },
        { Name: 'email_verified', Value: 'true' },
      ];
      await this.#aws.cognito('AdminCreateUser', {
        ...user,
        MessageAction: 'SUPPRESS',
        TemporaryPassword: PASSWORD,
        UserAttributes,
      });
      await this.#aws.cognito('AdminSetUserPassword', { ...user, Password: PASSWORD, Permanent: true });
      await this.#aws.cognito('AdminAddUserToGroup', { ...user, GroupName: ROLES[who] });
    } catch (error) {
      if (!(error instanceof AwsRefusal) || error.name !== 'UsernameExistsException') throw error;
    }
  }
}

const topicName = (name: string): string => name.replace(/^steward-test-/, '');

/** The deployment that `scripts/test-deployment.sh` made. */
export async function openWorld(given: Readonly<Record<string, string | undefined>> = process.env): Promise<World> {
  const [url, file, endpoint, postOffice] = ['STEWARD_URL', 'STEWARD_OUTPUTS', 'AWS_ENDPOINT_URL', 'STEWARD_POST_OFFICE'].map(
    (name) => given[name],
  );
  if (!url || !file || !endpoint || !postOffice)
    throw new Error('Run these through scripts/test-deployment.sh: it deploys, and says where.');
  const stacks = JSON.parse(readFileSync(file, 'utf8')) as Record<string, object>;
  return new Deployed(
    url,
    Object.assign({}, ...Object.values(stacks)) as Outputs,
    endpoint,
    postOffice,
    given['STEWARD_RUN'] ?? 'once',
  );
}
