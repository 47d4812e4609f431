import { beforeAll, describe, expect, it } from 'vitest';
import { command, comment, mailsAbout, open } from './incident.js';
import type { Organisation } from './organisation.js';
import { promise } from './promise.js';
import { theWorld } from './which-world.js';
import type { World } from './world.js';

const CHINESE = /\p{Script=Han}/u;

describe('a person who reads Chinese', () => {
  let world: World;
  let organisation: Organisation;
  let incident: any;

  beforeAll(async () => {
    ({ world, organisation } = await theWorld());
    const { serviceId } = await promise(world, organisation, {
      title: 'Tea warehouse',
      customer: 'jade',
      targets: { response: { minutes: 60 } },
      levels: [[organisation.people['agent-2']]],
    });
    incident = await open(world, 'requester-2', { title: '温度记录缺失', serviceId });
  });

  it('gets the receipt in Chinese, with the title as it was written', async () => {
    const { email } = organisation.contacts['requester-2'];
    const mail = await world.eventually('the receipt', async () => (await mailsAbout(world, incident, email))[0]);
    expect(mail.subject).toContain('温度记录缺失');
    expect(mail.text.replaceAll('温度记录缺失', '')).toMatch(CHINESE);
    expect(mail.text).not.toContain('We have received');
    expect(mail.html).toContain('lang="zh-CN"');
  });

  it('is told in Chinese of work, while a colleague is told of the same in English', async () => {
    const [reader, colleague] = [organisation.people['agent-2'], organisation.people.owner];
    await command(world, incident.id, 'assign', { assigneeId: reader.id });
    const first = await world.eventually('the mail', async () => (await mailsAbout(world, incident, reader.email))[0]);
    await command(world, incident.id, 'assign', { assigneeId: colleague.id });
    const second = await world.eventually('the mail', async () => (await mailsAbout(world, incident, colleague.email))[0]);
    expect(first.text.replaceAll('温度记录缺失', '')).toMatch(CHINESE);
    expect(second.text.replaceAll('温度记录缺失', '')).not.toMatch(CHINESE);
  });

  it('reads what an agent wrote untouched', async () => {
    const { email } = organisation.contacts['requester-2'];
    await comment(world, incident.id, 'agent', 'Which shelf, please?');
    await world.eventually('the comment', async () =>
      (await mailsAbout(world, incident, email)).find(({ text }) => text.includes('Which shelf, please?')),
    );
  });
});
