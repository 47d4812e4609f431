import { readFileSync } from 'node:fs';
import { ROLES, type Role } from '../../functions/kernel/permission.js';
import { emulated } from './emulator.js';

export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** RFC 3339 instant. */
  readonly at: string;
}

/** Where stories take place: one machine, an emulated account or a real one. */
export interface World {
  /** Without a slash at the end. */
  readonly url: string;
  /** Whether time can be moved; where not, stories of weekends are told elsewhere. */
  readonly canMoveClock: boolean;
  /** A token of somebody with this role, or of this person: the same one for the same name. */
  tokenFor(who: Role | Somebody): Promise<string>;
  /** How a token of this person names them: what a person's or contact's record is linked by. */
  identityOf(who: Role | Somebody): Promise<{ readonly issuer: string; readonly subject: string }>;
  /** What was sent, oldest first; links in it lead to `url`. */
  mails(): Promise<Letter[]>;
  /** A message arrives by mail: raw RFC 5322, as SES stores it. */
  receive(raw: string): Promise<void>;
}

export interface Somebody {
  readonly name: string;
  readonly roles: readonly Role[];
}

interface Outputs {
  readonly Url: string;
  readonly UserPoolId: string;
  readonly UserPoolClientId: string;
  readonly MailBucket: string;
}

const PASSWORD = 'A-long-password-of-a-test-1';

const asSomebody = (who: Role | Somebody): Somebody => (typeof who === 'string' ? { name: who, roles: [who] } : who);

/** The deployment that `scripts/test-deployment.sh` made; throws when its variables are missing. */
export function deployedWorld(given: Readonly<Record<string, string | undefined>> = process.env): World {
  const [url, file, endpoint] = [given['STEWARD_URL'], given['STEWARD_OUTPUTS'], given['AWS_ENDPOINT_URL']];
  if (!url || !file || !endpoint) throw new Error('Run these through scripts/test-deployment.sh: it deploys and says where.');
  const outputs: Outputs = Object.assign({}, ...Object.values(JSON.parse(readFileSync(file, 'utf8')) as Record<string, object>));
  const aws = emulated(endpoint);
  const signedIn = new Map<string, Promise<{ token: string; issuer: string; subject: string }>>();

  const signIn = (who: Role | Somebody) => {
    const somebody = asSomebody(who);
    const known = signedIn.get(somebody.name) ?? enter(somebody);
    signedIn.set(somebody.name, known);
    return known;
  };

  async function enter({ name, roles }: Somebody) {
    const [UserPoolId, Username] = [outputs.UserPoolId, `${name}@people.example`];
    const UserAttributes = [
      { Name: 'email', Value: Username },
      { Name: 'email_verified', Value: 'true' },
    ];
    await aws.cognito('AdminCreateUser', {
      UserPoolId,
      Username,
      MessageAction: 'SUPPRESS',
      TemporaryPassword: PASSWORD,
      UserAttributes,
    });
    await aws.cognito('AdminSetUserPassword', { UserPoolId, Username, Password: PASSWORD, Permanent: true });
    for (const GroupName of roles.filter((role) => ROLES.includes(role)))
      await aws.cognito('AdminAddUserToGroup', { UserPoolId, Username, GroupName });
    const { AuthenticationResult } = await aws.cognito('AdminInitiateAuth', {
      UserPoolId,
      ClientId: outputs.UserPoolClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: Username, PASSWORD: PASSWORD },
    });
    const token = String((AuthenticationResult as Record<string, unknown>)['AccessToken']);
    const { iss, sub } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { iss: string; sub: string };
    return { token, issuer: iss, subject: sub };
  }

  const here = (text: string): string => text.replaceAll(outputs.Url, url);
  return {
    url,
    canMoveClock: false,
    tokenFor: async (who) => (await signIn(who)).token,
    async identityOf(who) {
      const { issuer, subject } = await signIn(who);
      return { issuer, subject };
    },
    async mails() {
      return (await aws.sent()).map((letter) => ({ ...letter, text: here(letter.text), html: here(letter.html) }));
    },
    receive: (raw) => aws.store(outputs.MailBucket, `inbound/${crypto.randomUUID()}`, raw),
  };
}
