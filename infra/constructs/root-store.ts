import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface RootStoreProps {
  readonly retain: boolean;
  /** Years for which a root stays as it is. */
  readonly years: number;
  readonly accessLog: IBucket;
}

/**
 * Where daily roots are kept, and the key that signs them. The bucket is under object lock: in compliance mode nobody can
 * remove or replace a root before its years are over. Where data may be lost anyway, the lock holds for a day and can be lifted.
 * The private key never leaves KMS; the public one is for everybody who checks.
 */
export class RootStore extends Construct {
  readonly bucket: Bucket;
  readonly key: Key;

  constructor(scope: Construct, id: string, { retain, years, accessLog }: RootStoreProps) {
    super(scope, id);
    const removalPolicy = retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: retain
        ? ObjectLockRetention.compliance(Duration.days(365 * years))
        : ObjectLockRetention.governance(Duration.days(1)),
      serverAccessLogsBucket: accessLog,
      serverAccessLogsPrefix: 'roots/',
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    this.key = new Key(this, 'Key', {
      description: 'Signs daily roots of the history',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy,
    });
  }
}
