import { describe, expect, it } from 'vitest';
import { deploymentConfig, nameOf, readConfig } from '../../infra/config.js';

const least = { organisation: 'Example', mail: { domain: 'desk.example.org', from: 'service@desk.example.org' } };
const refusal = (given: unknown): string => {
  try {
    deploymentConfig(given);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('a deployment configuration', () => {
  it('needs an organisation and a mail domain, and has a default for the rest', () => {
    expect(deploymentConfig(least)).toMatchObject({
      environment: 'production',
      shards: 1,
      autoCloseDays: 5,
      logRetentionDays: 90,
      retainData: true,
      machineClient: false,
      mail: { inbound: false, identity: 'create' },
    });
    expect(nameOf(deploymentConfig(least))).toBe('steward-production');
  });

  it.each([
    ['environment', { ...least, environment: 'Prod 1' }, /environment: Use 2 to 20 small letters/],
    ['account', { ...least, account: '42' }, /account: An AWS account has twelve digits/],
    ['region', { ...least, region: 'Ireland' }, /region: Give a region, such as eu-west-1/],
    [
      'mail.from',
      { ...least, mail: { ...least.mail, from: 'a@other.example' } },
      /mail\.from: The sender must be an address at mail\.domain/,
    ],
    ['mail.domain', { ...least, mail: { ...least.mail, domain: 'desk' } }, /mail\.domain: Give a domain/],
    [
      'mail.ruleSet',
      { ...least, mail: { ...least.mail, ruleSet: 'x' } },
      /mail\.ruleSet: A rule set is only used with mail\.inbound/,
    ],
    ['logRetentionDays', { ...least, logRetentionDays: 100 }, /logRetentionDays: CloudWatch keeps logs for one of/],
    [
      'federation.metadataUrl',
      { ...least, federation: { kind: 'saml', name: 'staff', metadataUrl: 'http://x' } },
      /federation\.metadataUrl: Give an https address/,
    ],
    ['an unknown field', { ...least, colour: 'red' }, /colour/],
  ])('refuses %s with a sentence that names it', (_, given, sentence) => {
    expect(refusal(given)).toMatch(sentence);
  });

  it('names every bad field at once', () => {
    expect(refusal({ environment: 'X', mail: {} }).split('\n').length).toBeGreaterThan(3);
  });

  it('says what to do when the file is not there', () => {
    expect(() => readConfig('/nowhere/deployment.json')).toThrow(/copy infra\/deployment\.example\.json there/);
  });

  it('is shown by an example that holds', () => {
    expect(readConfig('infra/deployment.example.json')).toMatchObject({ environment: 'production', mail: { inbound: true } });
  });
});
