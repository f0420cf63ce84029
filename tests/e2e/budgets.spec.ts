/**
 * The budgets of the web, in the real browser against the production build. CPU time of the main thread rather than wall time, medians
 * of several; for the first panel wall time, the best of several. `NOISE` is what a shared machine with two cores adds: the same code
 * takes up to so many times as long beside a neighbour (caches, clock rate). A budget that fails here is broken by more than that; the
 * figures themselves are printed.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type MainThreadCost, median, watchMainThread } from '../support/main-thread.ts';
import { addresses, expect, test } from '../support/pages.ts';
import { encodeWriteRequest, sendWriteRequest } from '../support/remote-write.ts';
import { rpcClient } from '../support/rpc.ts';
import { ROOT } from '../support/source-tree.ts';

const NOISE = 2;
/** In ms. */
const BUDGETS = {
  coldPaint: 1200,
  warmPaint: 400,
  mount: 300,
  refresh: 60,
  longestTask: 50,
  crosshairMove: 4,
  leaving: 100,
  redraw500: 40,
};
const KB = 1000;
const POINTS = 300;
const endMs = Math.floor(Date.now() / 1000) * 1000;
/** A refresh asks anew, up to now; between, the range stands still. */
const RANGE = 'from=now-5m&to=now&live=0';

test.setTimeout(180_000);

test.beforeAll(async () => {
  const { webUrl, ingestUrl } = addresses();
  for (let panel = 0; panel < 30; panel++) await push(ingestUrl, { panel: `p${panel}` }, 10);
  await push(ingestUrl, { panel: 'dense' }, 500);
  const { dashboards } = rpcClient(webUrl);
  await dashboards.save.mutate(
    dashboard(
      'budget-thirty',
      Array.from({ length: 30 }, (_, i) => `p${i}`),
    ),
  );
  await dashboards.save.mutate(dashboard('budget-dense', ['dense']));
});

test('what a browser loads', () => {
  const sizes = JSON.parse(
    execFileSync(process.execPath, [join(ROOT, 'apps/web/scripts/bundle-sizes.mjs'), '--json'], { encoding: 'utf8' }),
  ) as { shellBytes: number; chartBytes: number; editorBytes: number };
  console.log(sizes);
  expect(sizes.shellBytes).toBeLessThanOrEqual(170 * KB);
  expect(sizes.chartBytes).toBeLessThanOrEqual(200 * KB);
  expect(sizes.editorBytes).toBeLessThanOrEqual(150 * KB);
});

test('the first panel is painted', async ({ chromium }) => {
  const [cold, warm]: [number[], number[]] = [[], []];
  for (let i = 0; i < 5; i++) {
    // A context of its own: its caches are empty.
    const context = await chromium.newContext({ baseURL: addresses().webUrl, viewport: { width: 1440, height: 900 } });
    const page = (await context.newPage()) as unknown as Page;
    cold.push(await paintedMs(page, '/'));
    warm.push(await paintedMs(page, '/d/host'));
    await context.close();
  }
  // Neighbours on the machine lengthen wall time by any factor and never shorten it: the best is what a quiet machine gives.
  report('first panel, cold and warm: best', Math.min(...cold), Math.min(...warm));
  report('first panel, cold and warm: median', median(cold), median(warm));
  hold('coldPaint', Math.min(...cold));
  hold('warmPaint', Math.min(...warm));
  // A page that goes does not hold the next one back: once in a while a neighbour does, not most times.
  expect(median(warm)).toBeLessThan(3 * Math.min(...warm));
});

test('thirty panels are mounted, refreshed and pointed at', async ({ page }) => {
  const main = await watchMainThread(page);
  await page.setViewportSize({ width: 1440, height: 2700 });
  await page.goto(`/d/budget-thirty?${RANGE}`);
  await allDrawn(page, 30);

  const mounts: MainThreadCost[] = [];
  const leaving: number[] = [];
  for (let i = 0; i < 3; i++) {
    leaving.push(await leave(page));
    await main.cost(async () => {});
    mounts.push(await main.cost(() => page.goBack().then(() => allDrawn(page, 30))));
  }

  const refreshes: MainThreadCost[] = [];
  for (let i = 0; i < 7; i++) refreshes.push(await main.cost(() => page.keyboard.press('r')));

  const box = (await page.getByTestId('chart-surface').first().boundingBox())!;
  const moves = 60;
  const pointing = await main.cost(async () => {
    for (let i = 0; i < moves; i++) await page.mouse.move(box.x + 60 + i * 2, box.y + 40);
  });

  const mount = (part: keyof MainThreadCost) => median(mounts.map((cost) => cost[part]));
  const refresh = (part: keyof MainThreadCost) => median(refreshes.map((cost) => cost[part]));
  report('leaving', median(leaving));
  report('mount: work, with paint', mount('workMs'), mount('cpuMs'));
  report('refresh: work, with paint, longest task', refresh('workMs'), refresh('cpuMs'), refresh('longestTaskMs'));
  report('crosshair move: work, with paint', pointing.workMs / moves, pointing.cpuMs / moves);
  hold('mount', mount('cpuMs'));
  hold('refresh', refresh('workMs'));
  hold('longestTask', refresh('longestTaskMs'));
  hold('crosshairMove', pointing.workMs / moves);
  hold('leaving', median(leaving));
});

test('a panel with five hundred series is drawn again', async ({ page }) => {
  const main = await watchMainThread(page);
  await page.goto(`/d/budget-dense?${RANGE}`);
  await allDrawn(page, 1);
  const rows = page.locator('section[data-panel] button[title^="s"]');
  const redraws: number[] = [];
  for (let i = 0; i < 6; i++) redraws.push((await main.cost(() => rows.nth(i % 4).hover())).cpuMs);
  report('redraw of 500 series', median(redraws));
  hold('redraw500', median(redraws));
});

/** From the start of the navigation to the frame after the first chart is there. Wall time: nothing else is what a reader waits. */
async function paintedMs(page: Page, path: string): Promise<number> {
  await page.addInitScript(() => {
    const look = () => {
      if (document.querySelector('section[data-panel][data-status="ready"] canvas') === null) requestAnimationFrame(look);
      else requestAnimationFrame(() => Object.assign(window, { paintedMs: performance.now() }));
    };
    requestAnimationFrame(look);
  });
  await page.goto(path, { waitUntil: 'commit' });
  return (await page.waitForFunction(() => (window as { paintedMs?: number }).paintedMs)).jsonValue() as Promise<number>;
}

function hold(name: keyof typeof BUDGETS, ms: number): void {
  expect(ms, `${name}: the budget is ${BUDGETS[name]} ms`).toBeLessThan(BUDGETS[name] * NOISE);
}

function report(what: string, ...ms: number[]): void {
  console.log(`${what}: ${ms.map((each) => each.toFixed(1)).join(', ')} ms`);
}

async function push(ingestUrl: string, labels: Record<string, string>, count: number): Promise<void> {
  const series = Array.from({ length: count }, (_, i) => ({
    labels: { __name__: 'budget_value', ...labels, series: `s${i}` },
    samples: Array.from({ length: POINTS }, (_, j) => ({ timeMs: endMs - (POINTS - 1 - j) * 1000, value: i + Math.sin((i + j) / 9) })),
  }));
  const response = await sendWriteRequest(ingestUrl, encodeWriteRequest(series));
  expect(response.status).toBeLessThan(300);
}

function dashboard(id: string, names: readonly string[]) {
  const panels = names.map((name, i) => ({
    id: name,
    title: `Panel ${name}`,
    kind: 'timeseries' as const,
    queries: [{ expr: `budget_value{panel="${name}"}`, legend: '{{series}}' }],
    grid: { x: (i % 3) * 8, y: Math.floor(i / 3) * 6, w: 8, h: 6 },
  }));
  return { id, title: id, panels, version: 0 };
}

async function allDrawn(page: Page, count: number): Promise<void> {
  await expect(page.locator('section[data-panel][data-status="ready"] canvas')).toHaveCount(count);
}

/** From the click to the first frame of the next page, in ms. */
async function leave(page: Page): Promise<number> {
  const gone = page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        document.addEventListener(
          'click',
          ({ timeStamp }) => {
            const look = () => {
              if (document.querySelector('section[data-panel]') === null) resolve(performance.now() - timeStamp);
              else requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
          },
          { once: true, capture: true },
        );
      }),
  );
  await page.getByRole('link', { name: 'Status' }).click();
  return gone;
}
