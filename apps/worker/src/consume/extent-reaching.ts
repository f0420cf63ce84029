import type { Clock, Millis } from '@tidemark/base';
import type { LogSource, Offset } from '@tidemark/log';

/**
 * What a partition of the log holds, once that reaches to `offset`, or at `untilMs`: when the power has failed, what says how far
 * the log is durable may be old, until its writer has looked.
 */
export async function extentReaching(
  source: LogSource,
  partition: number,
  offset: Offset,
  clock: Clock,
  untilMs: Millis,
  signal = new AbortController().signal,
): Promise<{ readonly first: Offset; readonly end: Offset }> {
  for (;;) {
    const extent = await source.extent(partition);
    if (extent.end >= offset || signal.aborted || clock.now() >= untilMs) return extent;
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
}

const LOOK_EVERY_MS = 100;
