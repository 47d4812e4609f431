import { CustomResource, Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { DeploymentConfig } from '../config.js';
import { SPINE } from '../entries.js';
import { type House, HouseFunction } from './house-function.js';

export interface ReceiptRuleProps {
  readonly house: House;
  readonly mail: DeploymentConfig['mail'];
  readonly bucket: IBucket;
}

/**
 * Receives mail for our domain into the mail bucket: one rule of our own, added to the account's active set of receipt
 * rules (or the named one) and taken out again with the stack. An account has one active set, shared by everything in
 * it, which CloudFormation cannot add to; hence a small function that does, at deployments only.
 */
export class ReceiptRule extends Construct {
  readonly maker: HouseFunction;

  constructor(scope: Construct, id: string, { house, mail, bucket }: ReceiptRuleProps) {
    super(scope, id);
    this.maker = new HouseFunction(this, 'Maker', {
      house,
      called: 'spine-receipt-rule',
      entry: SPINE.receiptRule,
      impact: 'A deployment cannot add or change the rule that receives mail; mail goes on as before.',
      may: [
        new PolicyStatement({
          actions: [
            'ses:DescribeActiveReceiptRuleSet',
            'ses:DescribeReceiptRule',
            'ses:CreateReceiptRule',
            'ses:UpdateReceiptRule',
            'ses:DeleteReceiptRule',
          ],
          resources: ['*'],
        }),
      ],
      timeout: Duration.minutes(1),
      memory: 256,
    });
    new CustomResource(this, 'Rule', {
      serviceToken: this.maker.function.functionArn,
      resourceType: 'Custom::ReceiptRule',
      serviceTimeout: Duration.minutes(5),
      properties: {
        name: house.name,
        ruleSet: mail.ruleSet ?? '',
        recipient: mail.domain,
        bucket: bucket.bucketName,
        prefix: 'inbound/',
      },
    });
  }
}
