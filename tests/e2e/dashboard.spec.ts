/** A dashboard is built, saved, and there again. */
import { expect, fillEditor, keepScreenshot, panelOf, test } from '../support/pages.ts';

test('a dashboard is made, its panel edited with a live preview, moved, resized, saved and reloaded', async ({ page }) => {
  await page.goto('/dashboards');
  await page.getByRole('button', { name: 'New dashboard' }).click();
  await page.getByRole('textbox', { name: 'Title of the dashboard' }).fill('Made by a test');
  if ((await page.locator('section[data-panel]').count()) === 0) await page.getByRole('button', { name: 'Panel', exact: true }).click();
  const editor = page.getByRole('complementary').filter({ hasText: 'Edit panel' });
  if (!(await editor.isVisible())) {
    await page
      .getByRole('button', { name: /^Menu of/ })
      .first()
      .click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
  }
  await editor.getByLabel('Title', { exact: true }).fill('Memory of this machine');
  await fillEditor(page, 'Expression A', 'node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes');
  await editor.getByLabel('Unit').selectOption('bytes');
  await expect(editor.locator('section[data-panel]')).toHaveAttribute('data-status', 'ready');
  await keepScreenshot(page, 'panel-editor-dark');
  await editor.getByRole('button', { name: 'Close the editor' }).click();

  const panel = panelOf(page, 'Memory of this machine');
  const before = (await panel.boundingBox())!;
  await page.mouse.move(before.x + 120, before.y + 14);
  await page.mouse.down();
  await page.mouse.move(before.x + 420, before.y + 40, { steps: 8 });
  await page.mouse.up();
  await expect.poll(async () => (await panel.boundingBox())!.x).toBeGreaterThan(before.x + 100);
  const moved = (await panel.boundingBox())!;
  await page.mouse.move(moved.x + moved.width - 6, moved.y + moved.height - 6);
  await page.mouse.down();
  await page.mouse.move(moved.x + moved.width - 6, moved.y + moved.height + 90, { steps: 8 });
  await page.mouse.up();
  await expect.poll(async () => (await panel.boundingBox())!.height).toBeGreaterThan(moved.height + 40);

  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page).toHaveURL(/\/d\/made-by-a-test/);
  const saved = (await panel.boundingBox())!;
  await page.reload();
  await expect(panel).toHaveAttribute('data-status', 'ready');
  const again = (await panel.boundingBox())!;
  expect(Math.abs(again.height - saved.height)).toBeLessThan(8);

  await page.goto('/dashboards');
  await expect(page.getByRole('link', { name: 'Made by a test' })).toBeVisible();
  await keepScreenshot(page, 'dashboards-dark');
});

test('an expression with a mistake stays in its panel; the others go on', async ({ page }) => {
  await page.goto('/d/made-by-a-test?edit=1');
  await expect(panelOf(page, 'Memory of this machine')).toHaveAttribute('data-status', 'ready');
  await page.getByRole('button', { name: 'Panel', exact: true }).click();
  await fillEditor(page, 'Expression A', 'sum by (');
  await expect(page.getByText('The expression has a mistake').first()).toBeVisible();
  await expect(panelOf(page, 'Memory of this machine')).toHaveAttribute('data-status', 'ready');
});
