import {
  CreateReceiptRuleCommand,
  DeleteReceiptRuleCommand,
  DescribeActiveReceiptRuleSetCommand,
  DescribeReceiptRuleCommand,
  type ReceiptRule,
  RuleDoesNotExistException,
  RuleSetDoesNotExistException,
  type SESClient,
  UpdateReceiptRuleCommand,
} from '@aws-sdk/client-ses';

/**
 * Our rule among an account's SES receipt rules. The active set belongs to everything in the account: this adds, changes
 * and removes one rule by its name, and touches neither the others nor which set is active. Every step may be repeated.
 */
export interface WantedRule {
  readonly name: string;
  /** Empty: the set that is active now. */
  readonly ruleSet: string;
  /** Domain or address whose mail is received. */
  readonly recipient: string;
  readonly bucket: string;
  readonly prefix: string;
}

type Client = Pick<SESClient, 'send'>;

/** Puts the rule in place and names where it stands, `set/rule`. Throws a sentence when no set is active. */
export async function placeRule(client: Client, wanted: WantedRule): Promise<string> {
  const set = wanted.ruleSet || (await activeSet(client));
  const given = { RuleSetName: set, Rule: ruleFor(wanted) };
  const stands = await exists(client, set, wanted.name);
  await client.send(stands ? new UpdateReceiptRuleCommand(given) : new CreateReceiptRuleCommand(given));
  return `${set}/${wanted.name}`;
}

/** Takes the rule out; one that is gone already, or was never placed, is no error. */
export async function removeRule(client: Client, place: string): Promise<void> {
  const [set, name] = place.split('/');
  if (set === undefined || name === undefined) return;
  try {
    await client.send(new DeleteReceiptRuleCommand({ RuleSetName: set, RuleName: name }));
  } catch (error) {
    if (!(error instanceof RuleSetDoesNotExistException)) throw error;
  }
}

async function activeSet(client: Client): Promise<string> {
  const { Metadata } = await client.send(new DescribeActiveReceiptRuleSetCommand({}));
  if (Metadata?.Name !== undefined) return Metadata.Name;
  throw new Error(
    'No set of SES receipt rules is active in this region: create one and make it active (once for the account), name one in mail.ruleSet, or deploy with mail.inbound false.',
  );
}

async function exists(client: Client, set: string, name: string): Promise<boolean> {
  try {
    await client.send(new DescribeReceiptRuleCommand({ RuleSetName: set, RuleName: name }));
    return true;
  } catch (error) {
    if (error instanceof RuleDoesNotExistException) return false;
    throw error;
  }
}

const ruleFor = ({ name, recipient, bucket, prefix }: WantedRule): ReceiptRule => ({
  Name: name,
  Enabled: true,
  // Without scanning, SES gives no verdicts, and mail without verdicts is not believed.
  ScanEnabled: true,
  TlsPolicy: 'Optional',
  Recipients: [recipient],
  Actions: [{ S3Action: { BucketName: bucket, ObjectKeyPrefix: prefix } }],
});
