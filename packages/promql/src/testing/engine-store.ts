import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Millis } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { type Engine, openEngine, type Queryable } from '@tidemark/tsdb';
import {
  DEFAULT_TENANT,
  encodeHistogram,
  type Labels,
  markHigh,
  markLow,
  NamedSeries,
  type SampleGroup,
  writeStaleAt,
} from '@tidemark/tsdb/model';
import type { TableSample } from './memory-queryable.ts';
import type { ScriptStore } from './run-script.ts';

interface Appended {
  readonly labels: Labels;
  readonly timeMs: Millis;
  readonly sample: TableSample;
}

/** A script's samples in an engine: in its memory, or all of them in blocks before anything is asked. */
export class EngineStore implements ScriptStore {
  readonly #place: 'memory' | 'blocks';
  readonly #clock = new ManualClock(0);
  #dir: string | null = null;
  #engine: Engine | null = null;
  #offset = 0;
  /** By series and time: of a time that is given twice the last sample counts, as in Prometheus' tests. */
  #appended = new Map<string, Appended>();

  constructor(place: 'memory' | 'blocks') {
    this.#place = place;
  }

  append(labels: Labels, timeMs: Millis, sample: TableSample): void {
    this.#appended.set(`${timeMs} ${labels.key}`, { labels, timeMs, sample });
  }

  async queryable(): Promise<Queryable> {
    this.#dir ??= await mkdtemp(join(tmpdir(), 'tidemark-script-'));
    this.#engine ??= await this.#open(this.#dir);
    if (this.#appended.size === 0) return this.#engine;
    appendAll(this.#engine, [...this.#appended.values()], this.#clock, this.#offset++);
    this.#appended.clear();
    if (this.#place === 'blocks') {
      await this.#engine.drain();
      this.#engine = await this.#open(this.#dir);
    }
    return this.#engine;
  }

  async clear(): Promise<void> {
    await this.#engine?.drain();
    if (this.#dir !== null) await rm(this.#dir, { recursive: true });
    this.#dir = null;
    this.#engine = null;
    this.#appended.clear();
  }

  #open(dir: string): Promise<Engine> {
    return openEngine({ dir, clock: this.#clock, retentionMs: Number.MAX_SAFE_INTEGER });
  }
}

/** As one record. */
function appendAll(engine: Engine, appended: readonly Appended[], clock: ManualClock, offset: number): void {
  const table = new NamedSeries();
  const numbers = new Map<string, number>();
  const histograms: Uint8Array[] = [];
  const byTime = [...Map.groupBy(appended, ({ timeMs }) => timeMs)].sort(([a], [b]) => a - b);
  const groups = byTime.map(([timeMs, samples]): SampleGroup => {
    const values = new Float64Array(samples.length);
    const words = new Uint32Array(values.buffer);
    for (const [i, { labels, sample }] of samples.entries()) {
      if (!numbers.has(labels.key)) numbers.set(labels.key, table.addLabels(labels));
      if (sample === 'stale') writeStaleAt(values, i);
      else if (typeof sample === 'number') values[i] = sample;
      else {
        const number = histograms.push(encodeHistogram(sample)) - 1;
        words.set([markLow(number), markHigh(number)], 2 * i);
      }
    }
    return { timeMs, numbers: Uint32Array.from(samples, ({ labels }) => numbers.get(labels.key) as number), values };
  });
  const acceptedAtMs = byTime[byTime.length - 1][0];
  clock.advance(Math.max(0, acceptedAtMs - clock.now()));
  const batch = { tenant: DEFAULT_TENANT, acceptedAtMs, table, groups, metadata: [], histograms };
  const { refused } = engine.append(batch, { offset, epochOffset: offset });
  if (refused.length > 0) throw new Error(`the engine refuses ${JSON.stringify(refused)}`);
}
