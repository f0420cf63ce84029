import { isStaleAt, type Labels } from '@tidemark/tsdb/model';
import type { IncomingBatch, Publisher, PublishResult } from '../publish/publisher.ts';

/** For tests: keeps what was published, and refuses while told to. */
export class RecordingPublisher implements Publisher {
  readonly batches: IncomingBatch[] = [];
  refusal: string | null = null;

  async publish(batch: IncomingBatch): Promise<PublishResult> {
    if (this.refusal !== null) return { kind: 'refused', status: 503, reason: this.refusal, retryAfterMs: 1000 };
    this.batches.push(batch);
    return { kind: 'durable' };
  }
}

/** The series of each sample. */
export function seriesOf({ table, numbers }: Pick<IncomingBatch, 'table' | 'numbers'>): Labels[] {
  return Array.from(numbers, (number) => table.labels(number));
}

/** A batch as lines of `series value`, with `stale` for a marker and `@time` where it differs from the last sample's. */
export function linesOf(batch: IncomingBatch): string[] {
  const timeMs = batch.timesMs[batch.timesMs.length - 1];
  return Array.from(batch.numbers, (number, i) => {
    const value = isStaleAt(batch.values, i) ? 'stale' : String(batch.values[i]);
    return `${batch.table.labels(number)} ${value}${batch.timesMs[i] === timeMs ? '' : ` @${batch.timesMs[i]}`}`;
  });
}
