/** What a page costs its main thread: CPU time, which a busy machine lengthens less than it lengthens wall time. */
import type { CDPSession, Page } from '@playwright/test';

export interface MainThread {
  /** CPU time of the main thread, in ms, from now until the page is quiet after `action`; and its longest task. */
  cost(action: () => Promise<unknown>): Promise<{ cpuMs: number; longestTaskMs: number }>;
}

/** To be called before the page's first navigation: long tasks are recorded from there on. */
export async function watchMainThread(page: Page): Promise<MainThread> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.addInitScript(() => {
    const tasks: number[] = [];
    Object.assign(window, { budgetTasks: tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
  });
  return {
    async cost(action) {
      await quiet(page, session);
      await page.evaluate(() => {
        (window as unknown as { budgetTasks: number[] }).budgetTasks.length = 0;
      });
      const before = await cpuMs(session);
      await action();
      await quiet(page, session);
      const longest = await page.evaluate(() => Math.max(0, ...(window as unknown as { budgetTasks: number[] }).budgetTasks));
      return { cpuMs: (await cpuMs(session)) - before, longestTaskMs: longest };
    },
  };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function cpuMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
}

/** A quarter of a second in which the main thread did next to nothing. */
async function quiet(page: Page, session: CDPSession): Promise<void> {
  for (let before = await cpuMs(session); ; ) {
    await page.waitForTimeout(250);
    const now = await cpuMs(session);
    if (now - before < 4) return;
    before = now;
  }
}
