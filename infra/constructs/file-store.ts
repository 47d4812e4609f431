import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type BucketProps, type CfnBucket, HttpMethods } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/**
 * Where files lie: what people attach, the mail as it was received, batches of the stream that could not be relayed,
 * and who fetched what. None can be read from outside; all are encrypted with the key that S3 owns.
 */
export class FileStore extends Construct {
  /** Who fetched what, of all buckets. */
  readonly accessLog: Bucket;
  readonly attachments: Bucket;
  /** SES writes to `inbound/`; EventBridge hears of each object. */
  readonly mail: Bucket;
  /** Failed batches of the table's stream, each whole, for 90 days. */
  readonly failures: Bucket;

  constructor(scope: Construct, id: string, { retain }: { readonly retain: boolean }) {
    super(scope, id);
    const kept = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    } satisfies BucketProps;
    this.accessLog = new Bucket(this, 'AccessLog', { ...kept, lifecycleRules: [{ expiration: Duration.days(400) }] });
    const logged = (prefix: string): BucketProps => ({
      ...kept,
      serverAccessLogsBucket: this.accessLog,
      serverAccessLogsPrefix: `${prefix}/`,
    });
    const unfinished = { abortIncompleteMultipartUploadAfter: Duration.days(1) };
    const replaced = { noncurrentVersionExpiration: Duration.days(90) };
    this.attachments = new Bucket(this, 'Attachments', {
      ...logged('attachments'),
      versioned: true,
      lifecycleRules: [unfinished, replaced],
      // Browsers post to the bucket itself, with a form signed for one key, type and size.
      cors: [{ allowedMethods: [HttpMethods.POST, HttpMethods.GET], allowedOrigins: ['*'], allowedHeaders: ['*'], maxAge: 3000 }],
    });
    this.mail = new Bucket(this, 'Mail', {
      ...logged('mail'),
      versioned: true,
      lifecycleRules: [unfinished, { ...replaced, expiration: Duration.days(400) }],
    });
    // The plain property: CDK's own switch brings a function in Python along.
    (this.mail.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
    this.failures = new Bucket(this, 'Failures', {
      ...logged('failures'),
      lifecycleRules: [unfinished, { expiration: Duration.days(90) }],
    });
  }
}
