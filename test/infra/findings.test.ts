import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { ACCEPTED_FINDINGS } from '../../infra/accepted-findings.js';
import { synthesised } from './support/synthesised.js';

const { app } = synthesised();
const found = new AwsSolutionsChecks(app)
  .validateScope(app)
  .violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map((resource) => `${ruleName} ${(resource as { constructPath?: string }).constructPath}`),
  );

describe('the rules of cdk-nag (AwsSolutions)', () => {
  it('look at the stacks', () => expect(found.length).toBeGreaterThan(20));

  it('find nothing that is not meant to be so', () => {
    expect(found.filter((finding) => !ACCEPTED_FINDINGS.some((accepted) => accepted.finding.test(finding)))).toEqual([]);
  });

  it.each(ACCEPTED_FINDINGS.map(({ finding, reason }) => [String(finding), finding, reason] as const))(
    'still find what %s accepts, and its reason is a sentence',
    (_, finding, reason) => {
      expect(found.some((each) => finding.test(each))).toBe(true);
      expect(reason).toMatch(/^[A-Z].{30,}\.$/);
    },
  );
});
