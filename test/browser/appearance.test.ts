import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterAs, launch, openIncident, visit } from './support/browser.js';
import { type DeskServer, startDeskServer } from './support/desk-server.js';
import { faults } from './support/readability.js';

let browser: Browser;
let server: DeskServer | undefined;
let url: string;
let number: string;
beforeAll(async () => {
  const external = process.env['STEWARD_URL'];
  [browser, server] = await Promise.all([launch(), external === undefined ? startDeskServer() : undefined]);
  url = external ?? server!.url;
  const { page, close } = await visit(browser, url);
  await enterAs(page, 'agent');
  number = await openIncident(page, 'A_title_without_any_space_in_it_'.repeat(6), '1', '1');
  await page.getByLabel('Comment').fill(`https://example.org/${'long'.repeat(60)}`);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.said').waitFor();
  await close();
});
afterAll(async () => {
  await browser.close();
  server?.close();
});

const PLACES: readonly (readonly [name: string, path: () => string, ready: string])[] = [
  ['the queue', () => '/#/', '.row'],
  ['an incident', () => `/#/incidents/${number}`, '.clock, .clocks p'],
  ['a new incident', () => '/#/new', 'form'],
  ['the mailbox', () => '/#/mail', '.letters li'],
  ['the reference', () => '/docs', '.tile'],
  ['a route of the reference', () => '/docs#/incidents', '.route'],
];
const READERS = [
  { width: 1280, dark: false, locale: 'en-GB' },
  { width: 360, dark: true, locale: 'zh-CN' },
  { width: 360, dark: false, locale: 'en-GB' },
  { width: 768, dark: true, locale: 'en-GB' },
];

const goTo = async (page: Page, path: string, ready: string) => {
  await page.goto(`${url}${path}`);
  await page.locator(ready).first().waitFor();
};

describe('every page', () => {
  it.each(READERS)('fits, is labelled, and has contrast at $width px, dark: $dark, $locale', async (reader) => {
    const { page, complaints, close } = await visit(browser, url, reader);
    await enterAs(page, 'agent');
    for (const [name, path, ready] of PLACES) {
      await goTo(page, path(), ready);
      const seen = await page.evaluate(() => ({
        language: document.documentElement.lang,
        wider: document.documentElement.scrollWidth > innerWidth,
      }));
      expect([name, seen]).toEqual([name, { language: reader.locale === 'zh-CN' ? 'zh-CN' : 'en', wider: false }]);
      expect([name, await page.evaluate(faults)]).toEqual([name, []]);
    }
    expect(complaints).toEqual([]);
    await close();
  });

  it('is looked at by eyes that see faults', async () => {
    const { page, close } = await visit(browser, 'about:blank');
    await page.setContent('<h1>A</h1><h3 id=a>B</h3><p id=a style="color:#999">pale</p><button></button><input>');
    expect(await page.evaluate(faults)).toEqual([
      'no name: button. “”',
      'no name: input. “”',
      'given twice: #a',
      'skips a level: h3. “B”',
      'contrast 2.85: p. “pale”',
    ]);
    await close();
  });
});

describe('a reader', () => {
  it('changes language and appearance, and finds them so again', async () => {
    const { page, close } = await visit(browser, url);
    await enterAs(page, 'agent');
    await page.getByLabel('Appearance').selectOption('dark');
    await page.getByLabel('Language').selectOption('zh-CN');
    await page.locator('h1', { hasText: '队列' }).waitFor();
    await page.reload();
    await page.locator('h1', { hasText: '队列' }).waitFor();
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(15, 18, 22)');
    await close();
  });

  it('who goes by keyboard skips to the content first, and always sees where the focus is', async () => {
    const { page, close } = await visit(browser, url);
    await enterAs(page, 'agent');
    await page.locator('.row').first().waitFor();
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip');
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab');
      const outlined = await page.evaluate(() => {
        const focused = document.activeElement!;
        return [focused, focused.closest('.row')].some((element) => element && getComputedStyle(element).outlineStyle !== 'none');
      });
      expect(outlined).toBe(true);
    }
    await close();
  });
});

describe('the reference', () => {
  it('finds a route by its words and unfolds what it takes', async () => {
    const { page, complaints, close } = await visit(browser, `${url}/docs`);
    await page.locator('.tile').first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('incidents pend until');
    await page.locator('.route[open] .field-name', { hasText: 'until' }).first().waitFor();
    expect(await page.locator('.route').count()).toBe(1);
    expect(await page.locator('.role').allTextContents()).toContain('agent');
    expect(await page.locator('.sample').textContent()).toContain('-H \'If-Match: "1"\'');
    const address = page.url();
    expect(complaints).toEqual([]);
    await close();
    const again = await visit(browser, address);
    await again.page.locator('.route[open] .field-name', { hasText: 'until' }).first().waitFor();
    await again.close();
  });
});
