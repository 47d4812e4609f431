/**
 * Findings of cdk-nag that are meant to be so, each with its reason. A test runs the AwsSolutions rules over all stacks
 * and fails on a finding that is not here, and on an entry here that finds nothing any more.
 */
export interface AcceptedFinding {
  /** Matches `AwsSolutions-RULE[finding] path/of/the/construct`. */
  readonly finding: RegExp;
  readonly reason: string;
}

export const ACCEPTED_FINDINGS: readonly AcceptedFinding[] = [];
