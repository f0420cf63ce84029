import type { Clock } from '@tidemark/base';
import type { LogSource, Offset } from '@tidemark/log';
import { LOG_END_PATIENCE_MS } from '../limits.ts';

/**
 * What a partition of the log holds, once that reaches to `offset`, or after some patience: when the power has failed, what says how far
 * the log is durable may be old, until its writer has looked.
 */
export async function extentReaching(
  source: LogSource,
  partition: number,
  offset: Offset,
  clock: Clock,
  signal = new AbortController().signal,
): Promise<{ readonly first: Offset; readonly end: Offset }> {
  const untilMs = clock.now() + LOG_END_PATIENCE_MS;
  for (;;) {
    const extent = await source.extent(partition);
    if (extent.end >= offset || signal.aborted || clock.now() >= untilMs) return extent;
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
}

const LOOK_EVERY_MS = 100;
