/** What a page costs its main thread: CPU time, which a busy machine lengthens less than it lengthens wall time. */
import type { Browser, CDPSession, Page } from '@playwright/test';

export interface MainThread {
  /** From now until the page is quiet after `action`. */
  cost(action: () => Promise<unknown>): Promise<MainThreadCost>;
}

export interface MainThreadCost {
  /** CPU time of the main thread's tasks, all of it. */
  readonly cpuMs: number;
  /** Of that, script, style and layout: what the page does. The rest is mostly paint, which a graphics card takes elsewhere. */
  readonly workMs: number;
  /** CPU time of its longest task, paint included. */
  readonly longestTaskMs: number;
}

export async function watchMainThread(page: Page): Promise<MainThread> {
  const browser = page.context().browser() as Browser;
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return {
    async cost(action) {
      await quiet(page, session);
      await browser.startTracing(page, { categories: ['toplevel'] });
      const before = await spent(session);
      await action();
      await quiet(page, session);
      const after = await spent(session);
      const longestTaskMs = longestTask(JSON.parse(String(await browser.stopTracing())));
      return { cpuMs: after.cpuMs - before.cpuMs, workMs: after.workMs - before.workMs, longestTaskMs };
    },
  };
}

interface Trace {
  /** Times in µs. `tdur` is what of it the thread had the processor. */
  readonly traceEvents: readonly { name: string; ph: string; pid: number; tid: number; tdur?: number; args: { name?: string } }[];
}

/** Of the renderers' main threads. */
function longestTask({ traceEvents }: Trace): number {
  const mains = new Set(
    traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid }) => name === 'ThreadControllerImpl::RunTask' && ph === 'X' && mains.has(`${pid} ${tid}`),
  );
  return Math.max(0, ...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
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
