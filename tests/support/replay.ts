/** What was sent, kept apart from the product: each series with its times and the 64 bits of its values. And what the product gives back. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { createLogger } from '@tidemark/base/service';
import { ManualClock, waitFor } from '@tidemark/base/testing';
import { type LogSource, RecordDecoder } from '@tidemark/log';
import { openFileLogSource } from '@tidemark/log/file';
import { type Engine, Matcher, openEngine, QueryBudget } from '@tidemark/tsdb';
import { histogramsOf } from '@tidemark/tsdb/model';
import { PartitionConsumer } from '../../apps/worker/src/consume/partition-consumer.ts';

/** Prometheus, model/value/value.go: `StaleNaN`. */
export const STALE_BITS = 0x7ff0000000000002n;

export class Recording {
  readonly series = new Map<string, Map<number, bigint>>();
  newestMs = 0;

  /** A sample sent twice counts once; two values for one time are no recording. */
  add(series: string, timeMs: number, bits: bigint): void {
    const samples = this.series.get(series) ?? new Map<number, bigint>();
    this.series.set(series, samples);
    const before = samples.get(timeMs);
    if (before !== undefined && before !== bits) throw new Error(`two values of ${series} at ${timeMs}`);
    samples.set(timeMs, bits);
    this.newestMs = Math.max(this.newestMs, timeMs);
  }

  get samples(): number {
    return this.series.values().reduce((sum, { size }) => sum + size, 0);
  }

  get staleMarkers(): number {
    return this.series.values().reduce(
      (sum, samples) =>
        sum +
        samples
          .values()
          .filter((bits) => bits === STALE_BITS)
          .toArray().length,
      0,
    );
  }
}

/** One name for one set of labels, whatever their order. */
export function seriesName(labels: Iterable<readonly [string, string]>): string {
  return JSON.stringify([...labels].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const words = new DataView(new ArrayBuffer(8));

export function bitsOf(value: number): bigint {
  words.setFloat64(0, value);
  return words.getBigUint64(0);
}

/** What differs, in words; empty when both hold the same bits. */
export function differences(wanted: Recording, found: Recording): string[] {
  const said: string[] = [];
  for (const name of new Set([...wanted.series.keys(), ...found.series.keys()])) {
    const [left, right] = [wanted.series.get(name), found.series.get(name)];
    if (left === undefined || right === undefined) {
      said.push(`${name} ${left === undefined ? 'was never sent' : 'is missing'}`);
      continue;
    }
    const times = new Set([...left.keys(), ...right.keys()]);
    const at = [...times].find((time) => left.get(time) !== right.get(time));
    if (at !== undefined) said.push(`${name} at ${at}: sent ${left.get(at)?.toString(16)}, found ${right.get(at)?.toString(16)}`);
  }
  return said;
}

/**
 * Reads a log into fresh engines as the worker does, one for each partition, and gives what `tenants` hold: from the
 * heads, and once more from blocks, after a drain and a new start. The engines' clock shows `nowMs`.
 */
export async function readBack(
  { logDir, engineDir, nowMs }: { readonly logDir: string; readonly engineDir: string; readonly nowMs: number },
  tenants: readonly string[],
): Promise<{ fromHead: Recording[]; fromBlocks: Recording[] }> {
  const clock = new ManualClock(nowMs);
  const source = await openFileLogSource({ dir: logDir, clock: systemClock });
  const [fromHead, fromBlocks] = [tenants.map(() => new Recording()), tenants.map(() => new Recording())];
  for (let partition = 0; partition < source.partitions; partition++) {
    const dir = join(engineDir, String(partition));
    await mkdir(dir, { recursive: true });
    const engine = await openEngine({ dir, clock });
    const consumer = await replay(source, partition, engine);
    await record(engine, tenants, fromHead);
    await consumer.drain();
    const again = await openEngine({ dir, clock });
    await record(again, tenants, fromBlocks);
    if (again.stats().headSamples > 0) throw new Error('the samples are not in blocks');
    await again.drain();
  }
  await source.close();
  return { fromHead, fromBlocks };
}

async function replay(source: LogSource, partition: number, engine: Engine): Promise<PartitionConsumer> {
  const refused: string[] = [];
  const consumer = new PartitionConsumer({
    partition,
    source,
    engine,
    decoder: new RecordDecoder('replay'),
    clock: systemClock,
    logger: createLogger('test', 'silent'),
    listener: {
      appended: () => {},
      refused: (_partition, reason, samples) => void refused.push(`${samples} ${reason}`),
      damaged: () => void refused.push('damage'),
      progressed: () => {},
    },
  });
  const stop = new AbortController();
  const running = consumer.run(stop.signal);
  await waitFor('the log to be replayed', () => consumer.replayed, 60_000);
  stop.abort();
  await running;
  if (refused.length > 0) throw new Error(`refused: ${refused.join(', ')}`);
  return consumer;
}

/** What the engine holds of each tenant, into its recording; of a native histogram its sum. */
async function record(engine: Engine, tenants: readonly string[], recordings: readonly Recording[]): Promise<void> {
  const matchers = [new Matcher('__name__', '!=', '')];
  for (const [i, tenant] of tenants.entries()) {
    const budget = new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e9 }, systemClock);
    for (const { labels, samples } of await engine.select({ tenant, matchers, range: { fromMs: 0, toMs: 1e15 } }, budget)) {
      const name = seriesName(labels);
      const bits = new BigUint64Array(samples.values.buffer, samples.values.byteOffset, samples.values.length);
      const histograms = histogramsOf(samples);
      samples.times.forEach((timeMs, at) => {
        const histogram = histograms?.[at] ?? null;
        recordings[i].add(name, timeMs, histogram === null ? bits[at] : bitsOf(histogram.sum));
      });
    }
  }
}
