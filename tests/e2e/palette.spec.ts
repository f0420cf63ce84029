/** The command palette: Enter opens the first hit of what stands there, however it came there. */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/pages.ts';

test.beforeEach(async ({ page }) => {
  await page.goto('/status');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('Enter right behind a pasted name opens it', async ({ page }) => {
  await open(page, 'System health');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/d\/tidemark/);
  await open(page, 'status');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/status/);
});

test('Enter before the dashboards are there opens the hit when they come', async ({ page }) => {
  const release = await holdDashboards(page);
  const dialog = await open(page, 'health');
  await expect(dialog).toContainText('Nothing of that name.');
  await page.keyboard.press('Enter');
  release();
  await expect(page).toHaveURL(/\/d\/tidemark/);
});

test('hits that came after the typing are marked and opened by Enter, too', async ({ page }) => {
  const release = await holdDashboards(page);
  const dialog = await open(page, 'health');
  release();
  await expect(dialog.locator('[data-selected]')).toContainText('System health');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/d\/tidemark/);
});

/** The list of dashboards does not come before the function that it gives is called. */
async function holdDashboards(page: Page): Promise<() => void> {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  await page.route('**/api/trpc/**dashboards.list**', async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

/** The palette with what is pasted into it. */
async function open(page: Page, pasted: string): Promise<Locator> {
  const dialog = page.getByRole('dialog');
  await page.keyboard.press('ControlOrMeta+k');
  await expect(dialog.getByRole('textbox')).toBeFocused();
  await page.keyboard.insertText(pasted);
  return dialog;
}
