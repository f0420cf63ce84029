/** The first page: this machine, live, without any configuration. */
import { expect, expectChartsDrawn, expectTidyLayout, keepScreenshot, panelOf, test } from '../support/pages.ts';

test('the Host dashboard draws this machine and moves', async ({ page }) => {
  await page.goto('/');
  await expect(page).toHaveURL(/\/d\/host/);
  for (const title of ['CPU', 'Memory', 'Root disk', 'Uptime']) {
    await expect(panelOf(page, title)).toHaveAttribute('data-status', 'ready');
    await expect(panelOf(page, title)).toContainText(/\d/);
  }
  const chart = panelOf(page, 'CPU by mode');
  await expect(chart.locator('canvas')).toBeVisible();
  await expect(chart).toContainText('iowait');

  // A second brings new data: what is drawn differs.
  const before = await chart.locator('canvas').screenshot();
  await expect.poll(async () => (await chart.locator('canvas').screenshot()).equals(before), { timeout: 10_000 }).toBe(false);
  await expectTidyLayout(page);
  await keepScreenshot(page, 'host-dark');
});

test('a refresh leaves what is drawn in sight', async ({ page }) => {
  await page.goto('/d/host?from=now-5m&to=now&live=0');
  const panel = panelOf(page, 'CPU by mode');
  const canvas = await panel.locator('canvas').elementHandle();
  await page.evaluate(() => {
    const seen = new Set<string | null>();
    Object.assign(window, { seenStatus: seen });
    new MutationObserver((records) => {
      for (const { target } of records) seen.add((target as Element).getAttribute('data-status'));
    }).observe(document.querySelector('section[aria-label="CPU by mode"]') as Element, { attributeFilter: ['data-status'] });
  });
  // Within the step that is shown a refresh has nothing to ask for.
  await expect(async () => {
    const answered = page.waitForResponse((response) => response.url().includes('/api/trpc/query.range'), { timeout: 2000 });
    await page.getByRole('button', { name: 'Refresh' }).click();
    await answered;
  }).toPass();
  await expect(panel).toHaveAttribute('data-status', 'ready');
  expect(await canvas?.evaluate((element) => element.isConnected)).toBe(true);
  expect(await page.evaluate(() => [...(window as unknown as { seenStatus: Set<string> }).seenStatus])).not.toContain('loading');
});

for (const { width, name } of [
  { width: 1024, name: 'host-1024' },
  { width: 400, name: 'host-400' },
]) {
  test(`at ${width} px nothing overlaps or is cut`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto('/d/host');
    await expect(panelOf(page, 'CPU')).toHaveAttribute('data-status', 'ready');
    await expectChartsDrawn(page);
    await expectTidyLayout(page);
    await keepScreenshot(page, `${name}-light`);
  });
}

test('System health shows Tidemark itself, each panel with data', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 2600 });
  await page.goto('/d/tidemark');
  const panels = page.locator('section[data-panel]');
  await expect(panels.first()).toBeVisible();
  await expect
    .poll(
      () =>
        panels.evaluateAll((all) =>
          all.map((panel) => panel.getAttribute('data-status')).filter((status) => status === 'problem' || status === 'loading'),
        ),
      { timeout: 20_000 },
    )
    .toEqual([]);
  await keepScreenshot(page, 'system-health-dark');
});

test('the range is typed, zoomed and taken back, and all of it is in the address', async ({ page }) => {
  await page.goto('/d/host');
  await expect(panelOf(page, 'CPU')).toHaveAttribute('data-status', 'ready');
  await page.keyboard.press('t');
  await page.keyboard.press('z');
  await expect(page).not.toHaveURL(/from=now-15m/);
  const zoomed = page.url();
  await page.reload();
  expect(page.url()).toBe(zoomed);
  await expect(panelOf(page, 'CPU')).toHaveAttribute('data-status', 'ready');
});

test('the palette and the keyboard map open by keys', async ({ page }) => {
  await page.goto('/d/host');
  await expect(panelOf(page, 'CPU')).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toContainText('Zoom out');
  await keepScreenshot(page, 'keyboard-dark');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByRole('dialog').getByRole('textbox')).toBeFocused();
  await page.keyboard.type('System health');
  await expect(page.getByRole('dialog').getByText('System health')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/d\/tidemark/);
});
