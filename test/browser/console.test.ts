import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterAs, launch, openIncident, type Visit, visit } from './support/browser.js';
import { type DeskServer, startDeskServer, tokenFor } from './support/desk-server.js';

const external = process.env['STEWARD_URL'];
const HOSTILE = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';

let browser: Browser;
let server: DeskServer | undefined;
let url: string;
let here: Visit;
beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), external === undefined ? startDeskServer() : undefined]);
  url = external ?? server!.url;
});
afterAll(async () => {
  await browser.close();
  server?.close();
});

const enter = async (roles: string, reader?: Parameters<typeof visit>[2]) => {
  here = await visit(browser, url, reader);
  await enterAs(here.page, roles);
  return here.page;
};
const leave = async () => {
  expect(here.complaints).toEqual([]);
  await here.close();
};

describe('the queue', () => {
  beforeAll(async () => {
    const page = await enter('agent');
    await openIncident(page, 'The first of two', '1', '1');
    await openIncident(page, 'The second of two', '3', '3');
    await leave();
  });

  it('shows what breaches next first, each with number, priority, status and time left in words', async () => {
    const page = await enter('agent');
    const first = page.locator('.row').first();
    await first.waitFor();
    expect(await first.locator('.number').textContent()).toMatch(/^INC-\d+$/);
    expect(await first.locator('.left').textContent()).toMatch(/Breache[sd]|Paused|No clock running/);
    expect(await first.locator('.priority').getAttribute('title')).toMatch(/^Priority \d$/);
    await leave();
  });

  it('is walked by arrow keys and opened by Enter', async () => {
    const page = await enter('agent');
    await page.locator('.row-link').first().focus();
    await page.keyboard.press('ArrowDown');
    const second = page.locator('.row-link').nth(1);
    expect(await second.evaluate((link) => link === document.activeElement)).toBe(true);
    const number = await second.locator('.number').textContent();
    await page.keyboard.press('Enter');
    await page.locator('.incident-head h1').waitFor();
    expect(await page.locator('.incident-head .number').textContent()).toBe(number);
    await leave();
  });

  it('narrows to one team, and says so when nothing is left', async () => {
    const page = await enter('agent');
    const teams = page.getByLabel('Team');
    const names = (await teams.locator('option').allTextContents()).slice(1);
    for (const name of names) {
      await teams.selectOption({ label: name });
      await page.locator('.queue .row, .queue .empty').first().waitFor();
      const shown = await page.locator('.row-who .small').allTextContents();
      if (name !== 'Assigned to me') expect(shown.every((team) => team === name)).toBe(true);
    }
    await leave();
  });
});

describe('an incident', () => {
  it('is opened, acknowledged, commented on, made to wait, resumed, resolved and closed', async () => {
    const page = await enter('agent');
    await openIncident(page, 'The scanner sends to the wrong folder');
    const confirm = async (action: string, status: string) => {
      await page.locator('dialog').getByRole('button', { name: action }).click();
      await page.locator('.incident-head .status', { hasText: status }).waitFor();
      expect(await page.locator('dialog').count()).toBe(0);
    };
    const act = (name: string) => page.getByRole('group', { name: 'Actions' }).getByRole('button', { name, exact: true }).click();

    await act('Acknowledge');
    await confirm('Acknowledge', 'In progress');
    await page.getByLabel('Comment').fill('We are looking into it.');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.said', { hasText: 'We are looking into it.' }).waitFor();
    await act('Wait');
    await confirm('Wait', 'Pending');
    await act('Resume');
    await confirm('Resume', 'In progress');
    await act('Resolve');
    await page.locator('dialog').getByRole('button', { name: 'Resolve' }).click();
    expect(await page.locator('dialog .field-error').nth(1).textContent()).toBe('Please fill this in.');
    await page.getByLabel('What was done').fill('The folder was corrected.');
    await confirm('Resolve', 'Resolved');
    await act('Close');
    await confirm('Close', 'Closed');

    const events = await page.locator('.history strong').allTextContents();
    expect(events).toEqual(['Closed', 'Resolved', 'Resumed', 'Set to wait', 'Commented', 'Acknowledged', 'Opened']);
    expect(await page.locator('.chain').textContent()).toBe('7 in an unbroken chain');
    expect(await page.locator('.hash code').first().textContent()).toMatch(/^[0-9a-f]{16}$/);
    await leave();
  });

  it('says who was faster when two work on it at once, and goes on after another look', async () => {
    const page = await enter('agent');
    const number = await openIncident(page, 'Two hands on one keyboard');
    await page.getByRole('button', { name: 'Change priority' }).click();
    const other = await visit(browser, url);
    await enterAs(other.page, 'agent');
    await other.page.goto(`${url}/#/incidents/${number}`);
    await other.page.getByRole('button', { name: 'Acknowledge' }).click();
    await other.page.locator('dialog').getByRole('button', { name: 'Acknowledge' }).click();
    await other.page.locator('.incident-head .status', { hasText: 'In progress' }).waitFor();
    await other.close();

    const why = page.locator('dialog').getByLabel('Why');
    await page.locator('dialog').getByLabel('Impact').selectOption('1');
    await why.fill('The whole floor is affected.');
    await page.locator('dialog').getByRole('button', { name: 'Change priority' }).click();
    const refusal = page.locator('dialog [role=alert]');
    await refusal.waitFor();
    expect(await refusal.textContent()).toContain('Somebody changed it in the meantime');
    expect(await why.inputValue()).toBe('The whole floor is affected.');
    await page.locator('dialog').getByRole('button', { name: 'Change priority' }).click();
    await page.locator('.history strong', { hasText: 'Priority or customer changed' }).waitFor();
    expect(await page.locator('.incident-head .priority').textContent()).toBe('P2');
    await leave();
  });

  it('shows text of users as text', async () => {
    const page = await enter('agent');
    await openIncident(page, HOSTILE);
    await page.getByLabel('Comment').fill(HOSTILE);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.said .prose', { hasText: HOSTILE }).waitFor();
    expect(await page.locator('.incident-head h1').textContent()).toBe(HOSTILE);
    expect(await page.title()).not.toContain('owned');
    await page.goto(`${url}/#/`);
    await page.locator('.row').first().waitFor();
    expect(await page.title()).not.toBe('owned');
    await leave();
  });

  it('is refused in words to whoever may not see it', async () => {
    const page = await enter('agent');
    const number = await openIncident(page, 'Not for everybody');
    await leave();
    const customer = await enter('requester');
    await customer.goto(`${url}/#/incidents/${number}`);
    expect(await customer.locator('[role=alert]').textContent()).toContain('There is no such record, or none that you may see.');
    await leave();
  });

  it.skipIf(external !== undefined)('explains a clock by segments whose sum is what it shows', async () => {
    const page = await enter('agent');
    await page.goto(`${url}/#/incidents/${server!.demo.numbers.worked}`);
    await page.locator('[data-key="explain-response"]').click();
    const rows = page.locator('[data-clock=response] .ledger tbody tr');
    await rows.first().waitFor();
    expect(await page.locator('[data-clock=response] .ledger tfoot td').textContent()).toBe('12 min');
    expect(await page.locator('[data-clock=response] .bar').getAttribute('aria-valuetext')).toBe(
      '12 min of 30 min working time used',
    );
    expect(await page.locator('[data-clock=response] .left').textContent()).toBe('Kept');
    await leave();
  });
});

describe('one machine', () => {
  it('shows the clock of the system, and moves it', async () => {
    const page = await enter('agent');
    const read = async () => Date.parse((await page.locator('.strip-time').getAttribute('datetime'))!);
    const before = await read();
    await page.getByRole('button', { name: '+1 h' }).click();
    await page.locator('.announcement').waitFor();
    expect((await read()) - before).toBeGreaterThanOrEqual(3_599_000);
    expect((await read()) - before).toBeLessThan(3_630_000);
    await leave();
  });

  it('has a mailbox, which says so when it is empty', async () => {
    const page = await enter('agent');
    await page.getByRole('link', { name: 'Mailbox' }).click();
    await page.locator('.letter, .letters .empty').first().waitFor();
    await leave();
  });

  it.skipIf(external !== undefined)('shows the letters that were sent, with their looks and without their scripts', async () => {
    const page = await enter('agent');
    await page.getByRole('link', { name: 'Mailbox' }).click();
    await page.locator('.letter').first().click();
    const heading = page.frameLocator('.letter-frame').getByRole('heading');
    expect(await heading.textContent()).toBe('The target for the resolution was missed');
    expect(await heading.evaluate((element) => getComputedStyle(element).fontSize)).toBe('24px');
    expect(await page.frameLocator('.letter-frame').locator('script').count()).toBe(0);
    expect(await page.title()).toBe('Mailbox · Steward');
    await page.getByRole('button', { name: 'Plain text' }).click();
    expect(await page.locator('.letter-text').textContent()).toContain('was not done in time');
    await page.locator('.letter', { hasText: 'Topic management' }).click();
    expect(await page.locator('.letter-text').textContent()).toBe('INC-1001 breached.');
    await leave();
  });
});

describe.skipIf(external !== undefined)('deployed, where there are no sample people', () => {
  it('takes a token, refuses what is none, and offers neither clock nor mailbox', async () => {
    const deployed = await startDeskServer(0, false);
    here = await visit(browser, deployed.url);
    const { page } = here;
    await page.getByLabel('Token').fill('not a token');
    await page.getByRole('button', { name: 'Enter' }).click();
    expect(await page.locator('.field-error').textContent()).toContain('That is not a token');
    await page.getByLabel('Token').fill(tokenFor('agent-1'));
    await page.getByRole('button', { name: 'Enter' }).click();
    await page.locator('.row').first().waitFor();
    expect(await page.locator('.strip').count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Mailbox' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    await leave();
    deployed.close();
  });
});
