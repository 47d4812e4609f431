import {
  CreateReceiptRuleCommand,
  CreateReceiptRuleSetCommand,
  SESClient,
  SetActiveReceiptRuleSetCommand,
  VerifyDomainIdentityCommand,
} from '@aws-sdk/client-ses';

/** An account that has verified the desk's domain, and in which somebody else receives mail already: one active set of receipt rules with one rule of theirs. */
const ses = new SESClient({});
await ses.send(new CreateReceiptRuleSetCommand({ RuleSetName: 'theirs' }));
const Rule = { Name: 'foreign', Enabled: true, Recipients: ['elsewhere.example'], Actions: [] };
await ses.send(new CreateReceiptRuleCommand({ RuleSetName: 'theirs', Rule }));
await ses.send(new SetActiveReceiptRuleSetCommand({ RuleSetName: 'theirs' }));
await ses.send(new VerifyDomainIdentityCommand({ Domain: 'desk.example' }));
