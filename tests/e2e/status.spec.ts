/** What Tidemark collects and keeps, and what an answer looks like when something is wrong. */
import { expect, expectTidyLayout, keepScreenshot, test } from '../support/pages.ts';

test('targets, ingestion, the log and storage are shown', async ({ page }) => {
  await page.goto('/status');
  for (const job of ['node', 'tidemark-ingest', 'tidemark-worker', 'tidemark-web'])
    await expect(page.getByText(job, { exact: true }).first()).toBeVisible();
  await expect(page.getByText(/free on the disk/)).toBeVisible();
  await expect(page.getByText(/^Nothing goes before/)).toBeVisible();
  await expectTidyLayout(page);
  await keepScreenshot(page, 'status-dark');
});

test('every place can be reached by keys and fits a phone', async ({ page }) => {
  await page.setViewportSize({ width: 400, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
  for (const [key, address] of [
    ['e', '/explore'],
    ['r', '/rules'],
    ['a', '/alerts'],
    ['s', '/status'],
    ['d', '/dashboards'],
  ]) {
    if (page.url() === 'about:blank') await page.goto('/d/host');
    await page.getByRole('main').click({ position: { x: 2, y: 2 } });
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await expect(page).toHaveURL(new RegExp(`${address}(\\?|$)`));
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expectTidyLayout(page);
    await keepScreenshot(page, `phone${address.replace('/', '-')}-light`);
  }
});
