import { RuleDoesNotExistException, RuleSetDoesNotExistException } from '@aws-sdk/client-ses';
import { describe, expect, it } from 'vitest';
import { customResource } from '../../../functions/platform/custom-resource.js';
import { placeRule, removeRule } from '../../../functions/platform/receipt-rule.js';

const wanted = { name: 'steward-test', ruleSet: '', recipient: 'desk.example', bucket: 'mail', prefix: 'inbound/' };

interface Sent {
  readonly constructor: { readonly name: string };
  readonly input: any;
}

/** An account's sets of receipt rules, of which one may be active. */
function account(active: string | undefined, rules: string[]) {
  const changes: string[] = [];
  const client = {
    async send({ constructor: { name }, input }: Sent) {
      const rule = input.RuleName ?? input.Rule?.Name;
      if (name === 'DescribeActiveReceiptRuleSetCommand') return active === undefined ? {} : { Metadata: { Name: active } };
      if (name === 'DescribeReceiptRuleCommand') {
        if (rules.includes(rule)) return {};
        throw new RuleDoesNotExistException({ message: 'none', $metadata: {} });
      }
      if (input.RuleSetName === 'gone') throw new RuleSetDoesNotExistException({ message: 'none', $metadata: {} });
      changes.push(`${name.replace('Command', '')} ${input.RuleSetName}/${rule}`);
      return {};
    },
  };
  return { changes, client: client as never };
}

describe('our receipt rule', () => {
  it('is added to the set that is active', async () => {
    const { client, changes } = account('theirs', ['foreign']);
    expect(await placeRule(client, wanted)).toBe('theirs/steward-test');
    expect(changes).toEqual(['CreateReceiptRule theirs/steward-test']);
  });

  it('is changed where it stands already', async () => {
    const { client, changes } = account('theirs', ['foreign', 'steward-test']);
    await placeRule(client, wanted);
    expect(changes).toEqual(['UpdateReceiptRule theirs/steward-test']);
  });

  it('goes to a named set without asking which is active', async () => {
    const { client, changes } = account(undefined, []);
    expect(await placeRule(client, { ...wanted, ruleSet: 'ours' })).toBe('ours/steward-test');
    expect(changes).toEqual(['CreateReceiptRule ours/steward-test']);
  });

  it('makes no set active by itself, and says what to do', async () => {
    const { client, changes } = account(undefined, []);
    await expect(placeRule(client, wanted)).rejects.toThrow(/No set of SES receipt rules is active/);
    expect(changes).toEqual([]);
  });

  it('is taken out alone; what is gone already is no error', async () => {
    const { client, changes } = account('theirs', ['steward-test']);
    await removeRule(client, 'theirs/steward-test');
    await removeRule(client, 'gone/steward-test');
    await removeRule(client, 'none-Rule');
    expect(changes).toEqual(['DeleteReceiptRule theirs/steward-test']);
  });
});

describe('a custom resource', () => {
  const event = (RequestType: string, more: object = {}) =>
    ({
      RequestType,
      ResponseURL: 'https://reply.example/1',
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Rule',
      ResourceProperties: { ServiceToken: 'arn', colour: 'red' },
      ...more,
    }) as never;

  async function reply(request: never, resource: Parameters<typeof customResource>[0]) {
    const replies: Record<string, unknown>[] = [];
    const send = async (_: unknown, init?: RequestInit) => {
      replies.push(JSON.parse(String(init?.body)));
      return new Response();
    };
    await customResource(resource, send as typeof fetch)(request);
    expect(replies).toHaveLength(1);
    return replies[0];
  }

  it('answers with the place that was made, of the properties that were given', async () => {
    const seen: unknown[] = [];
    const place = async (properties: unknown) => {
      seen.push(properties);
      return 'here';
    };
    expect(await reply(event('Create'), { place, remove: async () => undefined })).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: 'here',
      RequestId: 'request',
    });
    expect(seen).toEqual([{ colour: 'red' }]);
  });

  it('answers a failure with its sentence, under the name that it had before', async () => {
    const place = async () => {
      throw new Error('Nothing is active.');
    };
    expect(await reply(event('Update', { PhysicalResourceId: 'there' }), { place, remove: async () => undefined })).toMatchObject(
      {
        Status: 'FAILED',
        PhysicalResourceId: 'there',
        Reason: 'Nothing is active.',
      },
    );
  });

  it('removes what it made', async () => {
    const removed: string[] = [];
    const remove = async (id: string) => {
      removed.push(id);
    };
    const given = event('Delete', { PhysicalResourceId: 'there' });
    expect(await reply(given, { place: async () => '', remove })).toMatchObject({ Status: 'SUCCESS' });
    expect(removed).toEqual(['there']);
  });
});
