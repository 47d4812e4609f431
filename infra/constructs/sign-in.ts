import { Aws, Duration, RemovalPolicy, SecretValue, Stack } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnUserPoolGroup,
  FeaturePlan,
  Mfa,
  ProviderAttribute,
  UserPool,
  UserPoolIdentityProviderOidc,
  UserPoolIdentityProviderSaml,
  UserPoolIdentityProviderSamlMetadata,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { ROLES } from '../../functions/kernel/permission.js';
import type { DeploymentConfig } from '../config.js';

export interface SignInProps {
  readonly name: string;
  readonly retain: boolean;
  readonly federation: DeploymentConfig['federation'];
}

/**
 * Who may sign in: a pool of people with one group for each role, and on request the organisation's own identity
 * provider. Nobody signs themselves up. A group gives roles; which person or contact somebody is, the records say.
 */
export class SignIn extends Construct {
  readonly pool: UserPool;
  /** What tokens name as their issuer. */
  readonly issuer: string;
  /** The name of the federated provider, where there is one. */
  readonly provider: string | undefined;

  constructor(scope: Construct, id: string, { name, retain, federation }: SignInProps) {
    super(scope, id);
    this.pool = new UserPool(this, 'Pool', {
      userPoolName: name,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      selfSignUpEnabled: false,
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      featurePlan: FeaturePlan.ESSENTIALS,
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 14,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      deletionProtection: retain,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    for (const role of ROLES) new CfnUserPoolGroup(this, `Role-${role}`, { userPoolId: this.pool.userPoolId, groupName: role });
    this.pool.addDomain('Domain', { cognitoDomain: { domainPrefix: `${name}-${Aws.ACCOUNT_ID}` } });
    this.issuer = `https://cognito-idp.${Stack.of(this).region}.${Aws.URL_SUFFIX}/${this.pool.userPoolId}`;
    this.provider = federation && this.federate(federation);
  }

  private federate(federation: NonNullable<DeploymentConfig['federation']>): string {
    const { name, emailClaim } = federation;
    const given = { userPool: this.pool, name, attributeMapping: { email: ProviderAttribute.other(emailClaim) } };
    const provider =
      federation.kind === 'saml'
        ? new UserPoolIdentityProviderSaml(this, 'Provider', {
            ...given,
            metadata: UserPoolIdentityProviderSamlMetadata.url(federation.metadataUrl),
          })
        : new UserPoolIdentityProviderOidc(this, 'Provider', {
            ...given,
            issuerUrl: federation.issuer,
            clientId: federation.clientId,
            clientSecret: SecretValue.secretsManager(federation.clientSecretArn).unsafeUnwrap(),
            scopes: ['openid', 'email', 'profile'],
          });
    return provider.providerName;
  }
}
