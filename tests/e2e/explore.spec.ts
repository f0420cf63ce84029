/** Asking something: the editor's help, the answer as chart and table, mistakes where they are. */
import { expect, fillEditor, keepScreenshot, test } from '../support/pages.ts';

test('an expression is explored as chart and as table', async ({ page }) => {
  await page.goto('/explore');
  await fillEditor(page, 'Expression A', 'sum by (mode) (rate(node_cpu_seconds_total[30s]))');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.locator('canvas').first()).toBeVisible();
  await expect(page.getByText('idle').first()).toBeVisible();
  await expect(page).toHaveURL(/node_cpu_seconds_total/);
  await keepScreenshot(page, 'explore-dark');

  await page.getByText('Table', { exact: true }).click();
  await expect(page.getByRole('table').or(page.getByRole('grid')).first()).toContainText('user');
  await keepScreenshot(page, 'explore-table-dark');

  await page.reload();
  await expect(page.getByText('user').first()).toBeVisible();
});

test('a mistake is marked and said while one types; completion comes from the server', async ({ page }) => {
  await page.goto('/explore');
  await fillEditor(page, 'Expression A', 'sum(rate(node_load1[5m])');
  await expect(
    page
      .getByRole('status')
      .filter({ hasText: /parenthes|unexpected|unclosed/i })
      .first(),
  ).toBeVisible();

  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('node_loa', { delay: 30 });
  await expect(page.locator('.cm-tooltip-autocomplete')).toContainText('node_load1');
  await keepScreenshot(page, 'explore-completion-dark');
});

test('the list of metrics fills the editor', async ({ page }) => {
  await page.goto('/explore');
  await page.getByRole('button', { name: 'Metrics', exact: true }).click();
  await page
    .getByPlaceholder(/search/i)
    .last()
    .fill('node_memory_MemTotal');
  await page.getByText('node_memory_MemTotal_bytes').last().click();
  await expect(page.getByRole('textbox', { name: 'Expression A' })).toContainText('node_memory_MemTotal_bytes');
});

test('an empty answer says why', async ({ page }) => {
  await page.goto('/explore');
  await fillEditor(page, 'Expression A', 'node_lod1');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByText('node_load1').first()).toBeVisible();
  await keepScreenshot(page, 'explore-empty-dark');
});
