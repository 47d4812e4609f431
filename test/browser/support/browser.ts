import { type Browser, chromium, type Page } from 'playwright-core';

export interface Reader {
  readonly width?: number;
  readonly dark?: boolean;
  readonly locale?: string;
}

export interface Visit {
  readonly page: Page;
  /** What the browser complained of: errors of scripts, and what the policy blocked. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });

/** A fresh reader, in Berlin unless the machine says otherwise. */
export async function visit(
  browser: Browser,
  url: string,
  { width = 1280, dark = false, locale = 'en-GB' }: Reader = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width, height: 860 },
    colorScheme: dark ? 'dark' : 'light',
    locale,
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints, close: () => context.close() };
}

/** Enters as the first sample person whose roles are exactly these. */
export async function enterAs(page: Page, roles: string): Promise<void> {
  await page
    .locator('button.person', { has: page.getByText(roles, { exact: true }) })
    .first()
    .click();
  await page.locator('.page-head h1').waitFor();
}

/** Opens an incident through the page and answers its number. */
export async function openIncident(page: Page, title: string, impact = '2', urgency = '2'): Promise<string> {
  await page.getByRole('link', { name: 'New incident' }).click();
  await page.getByLabel('Title').fill(title);
  await page.getByLabel('Impact').selectOption(impact);
  await page.getByLabel('Urgency').selectOption(urgency);
  await page.getByRole('button', { name: 'Open incident' }).click();
  await page.locator('.incident-head h1').waitFor();
  return (await page.locator('.incident-head .number').textContent())!;
}
