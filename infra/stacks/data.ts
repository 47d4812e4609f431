import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { type DeploymentConfig, nameOf } from '../config.js';
import { FileStore } from '../constructs/file-store.js';
import { RootStore } from '../constructs/root-store.js';
import { SignIn } from '../constructs/sign-in.js';
import { SingleTable } from '../constructs/single-table.js';

export interface DataStackProps extends StackProps {
  readonly config: DeploymentConfig;
}

/** What may not be lost: records, files, daily roots, who may sign in, and the keys of signed links. Changes rarely, and never by accident. */
export class DataStack extends Stack {
  readonly table: Table;
  readonly files: FileStore;
  readonly signIn: SignIn;
  readonly secret: Secret;
  readonly roots: RootStore;

  constructor(scope: Construct, id: string, { config, ...props }: DataStackProps) {
    super(scope, id, { ...props, terminationProtection: config.retainData });
    const retain = config.retainData;
    this.table = new SingleTable(this, 'Records', { retain }).table;
    this.files = new FileStore(this, 'Files', { retain });
    this.signIn = new SignIn(this, 'SignIn', { name: nameOf(config), retain, federation: config.federation });
    this.secret = new Secret(this, 'Keys', {
      description: 'Keys of signed links, mail threads and cursors',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.roots = new RootStore(this, 'Roots', { retain, years: config.rootYears, accessLog: this.files.accessLog });
    if (config.mail.inbound) this.receiveMail(nameOf(config));
    // Kept whatever uses them, so that the application can be pointed at a restored table and back.
    for (const value of [this.table.tableArn, this.table.tableName, this.table.tableStreamArn!]) this.exportValue(value);
    new CfnOutput(this, 'TableName', { value: this.table.tableName });
    new CfnOutput(this, 'UserPoolId', { value: this.signIn.pool.userPoolId });
    new CfnOutput(this, 'Issuer', { value: this.signIn.issuer });
    new CfnOutput(this, 'RootKeyId', { value: this.roots.key.keyId });
    new CfnOutput(this, 'RootsBucket', { value: this.roots.bucket.bucketName });
    new CfnOutput(this, 'MailBucket', { value: this.files.mail.bucketName });
    new CfnOutput(this, 'AttachmentsBucket', { value: this.files.attachments.bucketName });
  }

  /** SES may put what our own rule receives, and nothing else, under `inbound/`. */
  private receiveMail(rule: string): void {
    this.files.mail.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('ses.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [this.files.mail.arnForObjects('inbound/*')],
        conditions: {
          StringEquals: { 'aws:SourceAccount': this.account },
          ArnLike: {
            'aws:SourceArn': this.formatArn({
              service: 'ses',
              resource: 'receipt-rule-set',
              resourceName: `*:receipt-rule/${rule}`,
            }),
          },
        },
      }),
    );
  }
}
