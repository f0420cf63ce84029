/** What every page test stands on: the shared product, one browser, and screenshots that are kept. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { ROOT } from './source-tree.ts';

export { expect };

export const addresses = () => ({
  webUrl: process.env.TIDEMARK_WEB_URL as string,
  ingestUrl: process.env.TIDEMARK_INGEST_URL as string,
  queryUrl: process.env.TIDEMARK_QUERY_URL as string,
});

interface PageFixtures {
  /** A page at 1440 × 900, dark; a script's error or a console error fails the test. */
  readonly page: Page;
}

export const test = base.extend<PageFixtures, { chromium: Browser }>({
  chromium: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from the pattern.
    async ({}, use) => {
      const browser = await launchBrowser();
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  page: async ({ chromium }, use) => {
    const context = await chromium.newContext({
      viewport: { width: 1440, height: 900 },
      colorScheme: 'dark',
      baseURL: addresses().webUrl,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = (await context.newPage()) as unknown as Page;
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await use(page);
    expect(errors).toEqual([]);
    await context.close();
  },
});

/** Into `artifacts/`, which is kept beside the results. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  const folder = join(ROOT, 'artifacts');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** A panel on a dashboard's grid by its title; of several, the first. */
export function panelOf(page: Page, title: string) {
  return page.locator(`section[aria-label="${title}"]`).first();
}

/** All charts that are in sight have been drawn. */
export async function expectChartsDrawn(page: Page): Promise<void> {
  const plots = page.getByTestId('chart-surface');
  await expect(plots.first()).toBeAttached();
  await expect
    .poll(() =>
      plots.evaluateAll((all) =>
        all.filter((plot) => {
          const { top, bottom } = plot.getBoundingClientRect();
          return bottom > 0 && top < window.innerHeight && plot.parentElement?.querySelector('canvas') === null;
        }),
      ),
    )
    .toHaveLength(0);
}

/** Types into a PromQL editor as a person does; what completion adds is left out by pasting. */
export async function fillEditor(page: Page, label: string, text: string): Promise<void> {
  const editor = page.getByRole('textbox', { name: label, exact: true });
  await editor.click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
}

/** No text is cut by its box where it should not be, nothing is wider than the page, no two panels overlap. */
export async function expectTidyLayout(page: Page): Promise<void> {
  const faults = await page.evaluate(() => {
    const found: string[] = [];
    if (document.documentElement.scrollWidth > window.innerWidth + 1)
      found.push(`the page is ${document.documentElement.scrollWidth} px wide`);
    const boxes = [...document.querySelectorAll('section[data-panel]')].map((element) => ({
      title: element.getAttribute('aria-label'),
      box: element.getBoundingClientRect(),
    }));
    for (const [i, a] of boxes.entries()) {
      for (const b of boxes.slice(i + 1)) {
        const apart =
          a.box.right <= b.box.left + 1 || b.box.right <= a.box.left + 1 || a.box.bottom <= b.box.top + 1 || b.box.bottom <= a.box.top + 1;
        if (!apart) found.push(`${a.title} overlaps ${b.title}`);
      }
    }
    for (const element of document.querySelectorAll('button, h1, th')) {
      const style = getComputedStyle(element);
      if (
        element.scrollWidth > element.clientWidth + 1 &&
        style.overflow === 'hidden' &&
        style.textOverflow !== 'ellipsis' &&
        element.clientWidth > 0
      ) {
        found.push(`cut: ${element.textContent?.slice(0, 40)}`);
      }
    }
    return found;
  });
  expect(faults).toEqual([]);
}
