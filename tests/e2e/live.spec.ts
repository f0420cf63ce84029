/** Live data: one stream for the whole browser, however many tabs. */
import { addresses, expect, panelOf, test } from '../support/pages.ts';

test('two tabs are live on one stream, which ends with them', async ({ page }) => {
  const subscribers = async () => {
    const text = await (await fetch(`${addresses().queryUrl}/metrics`)).text();
    return Number(/^tidemark_live_subscribers (\d+)$/m.exec(text)?.[1]);
  };
  await expect.poll(subscribers).toBe(0);
  const other = await page.context().newPage();
  for (const each of [page, other]) {
    await each.goto('/d/host');
    await expect(panelOf(each, 'CPU')).toHaveAttribute('data-status', 'ready');
  }
  await expect.poll(subscribers).toBe(1);
  for (const each of [page, other]) {
    const figure = panelOf(each, 'CPU by mode').locator('canvas');
    const before = await figure.screenshot();
    await expect.poll(async () => (await figure.screenshot()).equals(before)).toBe(false);
  }
  expect(await subscribers()).toBe(1);
  await other.close();
  await page.goto('/status');
  await expect.poll(subscribers).toBe(0);
});
