/** Asking something: the editor's help, the answer as chart and table, mistakes where they are. */
import { expect, expectTidyLayout, fillEditor, keepScreenshot, test } from '../support/pages.ts';

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

test('an expression is written with the keyboard alone: function, metric, label and value', async ({ page }) => {
  await page.goto('/explore');
  const editor = page.getByRole('textbox', { name: 'Expression A' });
  const list = page.locator('.cm-tooltip-autocomplete');
  await editor.click();
  const take = async (typed: string, wanted: string) => {
    await page.keyboard.type(typed, { delay: 30 });
    await expect(list.locator('li[aria-selected]')).toContainText(wanted);
    // An open list takes the key only once it has been there for a moment.
    await expect
      .poll(() => page.keyboard.press('Enter').then(() => list.locator('li[aria-selected]', { hasText: wanted }).count()))
      .toBe(0);
  };
  await take('sum(rat', 'rate');
  await take('node_cpu_sec', 'node_cpu_seconds_total');
  await take('{mo', 'mode');
  await take('idl', 'idle');
  await page.keyboard.type('"}[', { delay: 30 });
  await take('5', '5m');
  await expect(editor).toHaveText('sum(rate(node_cpu_seconds_total{mode="idle"}[5m]))');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await expect(page.locator('canvas').first()).toBeVisible();
});

test('words are explained under the pointer and at the cursor', async ({ page }) => {
  await page.goto('/explore');
  await fillEditor(page, 'Expression A', 'rate(node_cpu_seconds_total{mode="idle"}[1h30m])');
  const doc = page.locator('.cm-doc').first();
  await page.getByRole('textbox', { name: 'Expression A' }).getByText('rate', { exact: true }).hover();
  await expect(doc).toContainText('How fast a counter grows');
  await page.mouse.move(0, 0);
  await expect(page.locator('.cm-doc')).toHaveCount(0);

  await page.keyboard.press('Home');
  for (let i = 0; i < 7; i++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ControlOrMeta+i');
  await expect(doc).toContainText('node_cpu_seconds_total');
  await expect(doc).toContainText('counter');
  await expect(doc).toContainText('A sample each');
  await keepScreenshot(page, 'explore-hover-dark');
  await page.keyboard.press('Escape');
  await expect(page.locator('.cm-doc')).toHaveCount(0);

  await page.keyboard.press('End');
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ControlOrMeta+i');
  await expect(doc).toContainText('1 hour 30 minutes');
});

test('what is likely not meant is said with its fix, and put right by button and by keyboard', async ({ page }) => {
  await page.goto('/explore');
  const editor = page.getByRole('textbox', { name: 'Expression A' });
  await fillEditor(page, 'Expression A', 'rate(sum(node_cpu_seconds_total))');
  await page.getByRole('button', { name: 'sum of the rate' }).click();
  await expect(editor).toHaveText('sum(rate(node_cpu_seconds_total[5m]))');

  await fillEditor(page, 'Expression A', 'rate(node_load1{mod="idle"}[5m]) + node_lod5');
  const findings = page.getByRole('status').filter({ hasText: 'node_load1 is a gauge' });
  await expect(findings).toContainText('has the label mod');
  await page.keyboard.press('Escape');
  await expect(findings).toContainText('Did you mean node_load5');
  await keepScreenshot(page, 'explore-findings-dark');
  const fix = page.getByRole('button', { name: 'Use deriv' });
  await fix.focus();
  await page.keyboard.press('Enter');
  await expect(editor).toContainText('deriv(node_load1');
  await expect(fix).toHaveCount(0);
});

test('a rule is looked at more closely', async ({ page }) => {
  await page.goto('/rules/new?expr=node_cpu_seconds_total%20%3E%20100');
  await expect(page.getByRole('status').filter({ hasText: 'it stays there until it restarts' })).toBeVisible();
  await page.getByRole('button', { name: 'Compare its rate' }).click();
  await expect(page.getByRole('textbox', { name: 'Expression', exact: true })).toHaveText('rate(node_cpu_seconds_total[5m]) > 100');

  await page.getByText('What an evaluation costs').click();
  const tree = page.getByRole('treegrid', { name: 'Explanation of the rule' });
  await expect(tree.getByRole('row').filter({ hasText: 'node_cpu_seconds_total[5m]' })).toContainText(/\d(ms|µs|s)/);
});

test('a query is explained as a tree, and its nodes are shown in the expression', async ({ page }) => {
  const expr = 'sum by (mode) (rate(node_cpu_seconds_total[30s])) > 0';
  await page.goto(`/explore?v=1&tab=explain&q=${encodeURIComponent(expr)}`);
  const tree = page.getByRole('treegrid', { name: 'Explanation of A' });
  const row = (text: string) => tree.getByRole('row').filter({ hasText: text }).first();
  await expect(row('node_cpu_seconds_total[30s]')).toContainText(/\d(ms|µs|s)/);
  await expect(row('sum by (mode)')).toContainText(/partition/);
  await expect(row('sum by (mode)').getByRole('gridcell').nth(3)).toHaveText(/^[1-9]/);

  const pointedAt = page.locator('.cm-pointed-at');
  await expect(page.locator('.cm-content')).toBeVisible(); // The editor comes with a script of its own.
  await row('node_cpu_seconds_total[30s]').hover();
  await expect(pointedAt.first()).toBeVisible();
  expect((await pointedAt.allTextContents()).join('')).toBe('node_cpu_seconds_total[30s]');
  await keepScreenshot(page, 'explore-explain-dark');

  const rows = await tree.getByRole('row').count();
  await row('sum by (mode)').focus();
  await page.keyboard.press('ArrowLeft');
  await expect(tree.getByRole('row')).toHaveCount(rows - 3);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await expect(row('partition 0')).toBeVisible();
});

test('the editor has room on a narrow window', async ({ page }) => {
  await page.setViewportSize({ width: 400, height: 800 });
  await page.goto(`/explore?v=1&tab=explain&q=${encodeURIComponent('rate(node_load1[5m])')}`);
  await expect(page.getByRole('treegrid')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Use deriv' })).toBeVisible();
  await expectTidyLayout(page);
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
