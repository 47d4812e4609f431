import { CfnOutput, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { DeploymentConfig } from '../config.js';

/** What SES tells of a letter; each becomes a receipt in the notification ledger. */
export const RECEIPTS = [
  EmailSendingEvent.DELIVERY,
  EmailSendingEvent.BOUNCE,
  EmailSendingEvent.COMPLAINT,
  EmailSendingEvent.REJECT,
  EmailSendingEvent.DELIVERY_DELAY,
];

/** The domain we write from, and the configuration set whose events come back on the default bus. */
export class OutgoingMail extends Construct {
  readonly set: string;

  constructor(scope: Construct, id: string, { name, mail }: { readonly name: string; readonly mail: DeploymentConfig['mail'] }) {
    super(scope, id);
    this.set = name;
    const set = new ConfigurationSet(this, 'Set', {
      configurationSetName: name,
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    set.addEventDestination('Receipts', {
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'Default', 'default')),
      events: RECEIPTS,
    });
    if (mail.identity === 'existing') return;
    const identity = new EmailIdentity(this, 'Domain', { identity: Identity.domain(mail.domain) });
    identity.dkimRecords.forEach(({ name: record, value }, i) => {
      new CfnOutput(Stack.of(this), `DkimRecord${i + 1}`, {
        description: 'A CNAME to add to the domain',
        value: `${record} CNAME ${value}`,
      });
    });
  }

  /** What EventBridge looks for: receipts of letters that went through our own set. */
  get receipts() {
    return { source: ['aws.ses'], detail: { mail: { tags: { 'ses:configuration-set': [this.set] } } } };
  }
}
