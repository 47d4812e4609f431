/**
 * Findings of cdk-nag that are meant to be so, each with its reason. A test runs the AwsSolutions rules over all stacks
 * and fails on a finding that is not here, and on an entry here that finds nothing any more.
 */
export interface AcceptedFinding {
  /** Matches `RULE[finding] path/of/the/construct`. */
  readonly finding: RegExp;
  readonly reason: string;
}

const inRole = (resource: string, role = '.*/Role/DefaultPolicy') =>
  new RegExp(`^AwsSolutions-IAM5\\[Resource::${resource}\\] ${role}/Resource$`);

export const ACCEPTED_FINDINGS: readonly AcceptedFinding[] = [
  {
    finding: inRole('\\*'),
    reason:
      'X-Ray, log delivery, the listing of streams and SES receipt rules: these actions know no resources. A test names each action that may stand beside a bare *.',
  },
  {
    finding: inRole('[^*]*:ExportsOutput\\w*Table\\w*/index/\\*'),
    reason:
      'The indexes of the one table; which partitions are reached is said by dynamodb:LeadingKeys, and shown by simulation.',
  },
  {
    finding: inRole('[^*]*:ExportsOutput\\w*Attachments\\w*/[a-z-]+/\\*'),
    reason: 'The files of one noun: their names begin with it.',
  },
  {
    finding: inRole('[^*]*:ExportsOutput\\w*Mail\\w*/inbound/\\*', '.*/Area-support/(api|intake|tasks)/Role/DefaultPolicy'),
    reason: 'Received messages, whose names SES chooses.',
  },
  {
    finding: inRole('[^*]*:ExportsOutput\\w*Roots\\w*/roots/\\*', '.*/Area-governance/(api|tasks)/Role/DefaultPolicy'),
    reason: 'Daily roots, one object for each day; under object lock, what lies there is neither replaced nor removed.',
  },
  {
    finding: inRole('[^*]*:ExportsOutput\\w*Failures\\w*/aws/lambda/\\*', '.*/Spine/Relay/Role/DefaultPolicy'),
    reason: 'Lambda itself names the objects in which it keeps failed batches.',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::<[^>]*tasksFunction[^>]*>:\*\] .*\/SchedulerRoleForTarget-/,
    reason: 'Versions of the one function that the schedule calls, as CDK grants them.',
  },
  {
    finding: /^AwsSolutions-APIG4 .*\/(GET|HEAD)--(docs|v1--openapi\.json|assets--\{proxy\+\})?\/Resource$/,
    reason: 'The page, the reference and the contract hold nobody’s data; the page asks for a sign-in itself.',
  },
  {
    finding: /^AwsSolutions-APIG4 .*\/(GET|POST)--links--/,
    reason: 'Links in mails are signed, bound to one purpose and expire; whoever follows one has no session to sign in with.',
  },
  {
    finding: /^AwsSolutions-APIG4 .*\/POST--signals--/,
    reason: 'Monitoring systems have no sign-in; each source proves itself by a secret of its own, which the function checks.',
  },
  {
    finding: /^AwsSolutions-COG2 .*\/SignIn\/Pool\/Resource$/,
    reason:
      'A second factor is offered to everybody; whether it is required is for the organisation, which may federate instead.',
  },
  {
    finding: /^AwsSolutions-COG8 .*\/SignIn\/Pool\/Resource$/,
    reason: 'The Plus plan is billed for each person each month; a desk that wants its threat protection raises the plan.',
  },
  {
    finding: /^AwsSolutions-SMG4 .*\/Keys\/Resource$/,
    reason:
      'Rotation adds a key beside the old one, so that links in mails already sent go on working; infra/README.md says how.',
  },
  {
    finding: /^AwsSolutions-SQS3 .*\/Spine\/DeadLetters\/Resource$/,
    reason: 'It is where the dead letters of everything else end; it has no queue of its own behind it, but an alarm.',
  },
  {
    finding: /^AwsSolutions-SF1 .*\/Machine\/Resource$/,
    reason: 'Step Functions itself keeps each execution step by step for 90 days; only failures are logged beside it.',
  },
];
