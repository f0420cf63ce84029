/** What a page costs its main thread: CPU time, which a busy machine lengthens less than it lengthens wall time. */
import type { CDPSession, Page } from '@playwright/test';

export interface MainThread {
  /** From now until the page is quiet after `action`. */
  cost(action: () => Promise<unknown>): Promise<MainThreadCost>;
}

export interface MainThreadCost {
  /** CPU time of the main thread's tasks, all of it. */
  readonly cpuMs: number;
  /** Of that, script, style and layout: what the page does. The rest is mostly paint, which a graphics card takes elsewhere. */
  readonly workMs: number;
  readonly longestTaskMs: number;
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
      const before = await spent(session);
      await action();
      await quiet(page, session);
      const after = await spent(session);
      const longestTaskMs = await page.evaluate(() => Math.max(0, ...(window as unknown as { budgetTasks: number[] }).budgetTasks));
      return { cpuMs: after.cpuMs - before.cpuMs, workMs: after.workMs - before.workMs, longestTaskMs };
    },
  };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function spent(session: CDPSession): Promise<{ cpuMs: number; workMs: number }> {
  const { metrics } = await session.send('Performance.getMetrics');
  const ms = (wanted: string) => (metrics.find(({ name }) => name === wanted)?.value ?? 0) * 1000;
  return { cpuMs: ms('TaskDuration'), workMs: ms('ScriptDuration') + ms('RecalcStyleDuration') + ms('LayoutDuration') };
}

/** A quarter of a second in which the main thread did next to nothing. */
async function quiet(page: Page, session: CDPSession): Promise<void> {
  for (let before = await spent(session); ; ) {
    await page.waitForTimeout(250);
    const now = await spent(session);
    if (now.cpuMs - before.cpuMs < 4) return;
    before = now;
  }
}
