import { Duration } from 'aws-cdk-lib';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { OAuthScope, ResourceServerScope, UserPoolClient, UserPoolClientIdentityProvider } from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { ROLES } from '../../functions/kernel/permission.js';
import type { SignIn } from './sign-in.js';

export interface ClientsProps {
  readonly signIn: SignIn;
  /** Where people come back to after signing in. */
  readonly url: string;
  readonly machine: boolean;
}

/** Who may ask for tokens: people through the sign-in pages; on request, programs, by one scope for each role. */
export class Clients extends Construct {
  readonly people: UserPoolClient;
  readonly machine: UserPoolClient | undefined;
  /** Checks signature, issuer, audience and time of every token. */
  readonly authorizer: HttpJwtAuthorizer;

  constructor(scope: Construct, id: string, { signIn, url, machine }: ClientsProps) {
    super(scope, id);
    const { pool, provider, issuer } = signIn;
    this.people = new UserPoolClient(this, 'People', {
      userPool: pool,
      generateSecret: false,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(1),
      // The second is only for who holds credentials of the account: it checks a deployment from a script.
      authFlows: { userSrp: true, adminUserPassword: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
        callbackUrls: [`${url}/`],
        logoutUrls: [`${url}/`],
      },
      supportedIdentityProviders: [
        UserPoolClientIdentityProvider.COGNITO,
        ...(provider === undefined ? [] : [UserPoolClientIdentityProvider.custom(provider)]),
      ],
    });
    this.machine = machine ? this.forPrograms(signIn) : undefined;
    const audience = [this.people, this.machine].flatMap((client) => client?.userPoolClientId ?? []);
    this.authorizer = new HttpJwtAuthorizer('SignIn', issuer, { jwtAudience: audience });
  }

  private forPrograms({ pool }: SignIn): UserPoolClient {
    const scopes = ROLES.map((role) => new ResourceServerScope({ scopeName: role, scopeDescription: `Act as ${role}` }));
    const server = pool.addResourceServer('Scopes', { identifier: 'steward', scopes });
    return new UserPoolClient(this, 'Programs', {
      userPool: pool,
      generateSecret: true,
      accessTokenValidity: Duration.hours(1),
      oAuth: { flows: { clientCredentials: true }, scopes: scopes.map((scope) => OAuthScope.resourceServer(server, scope)) },
    });
  }
}
