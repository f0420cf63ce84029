import { orMalformed } from '@tidemark/base/wire';
import type { ExpositionFormat } from '@tidemark/tsdb/exposition';
import type { Exemplar, Labels, MetricMetadata, NamedSeries } from '@tidemark/tsdb/model';
import type { ScrapeFormat } from '../exposition/format.ts';
import { type Exposition, ExpositionParser, type ScrapedExemplar } from '../exposition/parser.ts';
import { ProtobufExposition } from '../exposition/protobuf-exposition.ts';
import { HELP_BYTES_MAX, LABEL_NAME_BYTES_MAX } from '../limits.ts';
import type { ScrapeJob } from '../prometheus-config/job.ts';
import { exemplarOf } from '../publish/exemplar.ts';
import { SeriesNumbers } from '../publish/series-numbers.ts';
import { ColumnsBuilder } from './columns.ts';
import { METADATA_REPEAT_MS, SERIES_SPARE } from './limits.ts';
import { LiveSeries, type TrackedSeries } from './live-series.ts';
import { settleLabels } from './settle-labels.ts';

/**
 * The series of one target: turns bodies into samples and stale markers. A round is a scrape that came, or one
 * that did not; `settle` says that its samples are durable.
 */
export interface Round {
  readonly samples: ColumnsBuilder;
  /** Those that the target has not told before. */
  exemplars: Exemplar[];
  /** Sample lines of the body; after metric relabeling; series that were not alive before. */
  scraped: number;
  kept: number;
  added: number;
  /** Samples of a series that had one in this round already: the first counts. */
  duplicates: number;
  /** Why nothing of the body counts; null when all of it does. */
  failure: string | null;
  /** Why a histogram is left out; null when none is. */
  problem: string | null;
}

interface Series extends TrackedSeries {
  /** No longer in the table, but the parser may still name it. */
  forgotten: boolean;
  /** It had a sample with a time of the target's own: such samples are not tracked. */
  timed: boolean;
  /** The last one that is durable: targets tell it until there is another. */
  exemplar: Exemplar | null;
  /** Its number in that table. */
  table: NamedSeries | null;
  number: number;
}

type Resolved = Series | { readonly labels: null; readonly refused: string | null };

const UNNAMED = { forgotten: false, timed: false, exemplar: null, table: null, number: 0 };

const DROPPED: Resolved = { labels: null, refused: null };

export class TargetSeries {
  readonly #job: ScrapeJob;
  readonly #parser: ExpositionParser<Resolved>;
  readonly #protobuf: ProtobufExposition<Resolved>;
  /** By the labels' key: two texts may stand for one series. */
  readonly #series = new Map<string, Series>();
  readonly #live: LiveSeries<Series>;
  readonly #numbers = new SeriesNumbers();
  #round: Round;
  #timeMs = 0;
  #metadataAtMs = Number.NEGATIVE_INFINITY;

  /** `before`: what the same target had under another configuration; its live series are still owed their end. */
  constructor(target: Labels, job: ScrapeJob, before?: TargetSeries) {
    this.#job = job;
    const resolve = (pairs: readonly string[]): Resolved => {
      const settled = settleLabels(pairs, target, job);
      if (settled.kind === 'kept') return this.#seriesOf(settled.labels);
      return settled.kind === 'dropped' ? DROPPED : { labels: null, refused: settled.reason };
    };
    this.#parser = new ExpositionParser(resolve);
    this.#protobuf = new ProtobufExposition(resolve, this.#parser.metadata, this.#parser.changedFamilies);
    const alive = before === undefined ? [] : before.#live.alive;
    this.#live = new LiveSeries(alive.map(({ labels }) => this.#remember({ labels, seenIn: 0, alive: true, ...UNNAMED })));
    this.#round = this.#emptyRound();
  }

  /** A body that came. On failure the round has stale markers only, as if nothing had come. */
  take(body: Uint8Array, format: ScrapeFormat, timeMs: number): Round {
    const round = this.#begin(timeMs);
    if (format === 'protobuf') this.#takeProtobuf(Buffer.from(body.buffer, body.byteOffset, body.length));
    else this.#takeText(body, format);
    const limit = this.#job.limits.samples;
    if (limit > 0 && round.kept > limit) round.failure ??= `sample_limit exceeded: ${round.kept} samples, limit ${limit}`;
    if (round.failure !== null) {
      round.samples.clear();
      round.exemplars = [];
      this.#live.begin();
    }
    this.#live.addEnds(round.samples, timeMs);
    return round;
  }

  #takeText(body: Uint8Array, format: ExpositionFormat): void {
    const { malformed, ...read } = this.#parser.parse(body, format);
    this.#takeAll(read);
    if (malformed !== null) this.#round.failure ??= `line ${malformed.line}: ${malformed.reason}`;
  }

  #takeProtobuf(body: Buffer): void {
    const read = orMalformed('protobuf', () => ({ kind: 'read' as const, ...this.#protobuf.parse(body, this.#job.histograms) }));
    if (read.kind === 'malformed') {
      this.#round.failure ??= read.reason;
      return;
    }
    this.#takeAll(read, read.histograms);
    this.#round.problem = read.problem;
  }

  #takeAll(read: Omit<Exposition<Resolved>, 'malformed'>, histograms?: readonly (Uint8Array | undefined)[]): void {
    const { numbers, series, values, timesMs, exemplars } = read;
    for (let i = 0; i < numbers.length; i++) this.#sample(series[numbers[i]] as Resolved, histograms?.[i] ?? values[i], timesMs[i]);
    for (const exemplar of exemplars) this.#exemplar(series[numbers[exemplar.at]] as Resolved, exemplar, timesMs[exemplar.at]);
  }

  /** No body came: every live series ends. */
  miss(timeMs: number): Round {
    const round = this.#begin(timeMs);
    this.#live.addEnds(round.samples, timeMs);
    return round;
  }

  /** The last round is durable. */
  settle(): void {
    for (const exemplar of this.#round.exemplars) {
      const series = this.#series.get(exemplar.series.key);
      if (series !== undefined) series.exemplar = exemplar;
    }
    for (const series of this.#live.settle()) this.#forget(series);
    this.#parser.changedFamilies.clear();
    if (this.#repeatsMetadata()) this.#metadataAtMs = this.#timeMs;
  }

  /** What to say of the metrics with the last round: what changed, and everything now and then. Absurdly long names are left out. */
  metadata(): MetricMetadata[] {
    const { families } = this.#parser.metadata;
    const names = this.#repeatsMetadata() ? families.keys() : this.#parser.changedFamilies;
    return [...names].flatMap((name) => {
      const known = families.get(name);
      const tells = known !== undefined && Buffer.byteLength(name) <= LABEL_NAME_BYTES_MAX;
      return tells ? [{ ...known, help: clipped(known.help) }] : [];
    });
  }

  /** Everything that the target has said of its metrics. */
  get families(): Iterable<MetricMetadata> {
    return this.#parser.metadata.families.values();
  }

  #repeatsMetadata(): boolean {
    return this.#timeMs - this.#metadataAtMs >= METADATA_REPEAT_MS;
  }

  #begin(timeMs: number): Round {
    this.#forgetUnsettled();
    this.#live.begin();
    this.#timeMs = timeMs;
    this.#numbers.renewAbove(2 * this.#live.alive.length + SERIES_SPARE);
    this.#round = this.#emptyRound();
    return this.#round;
  }

  #seriesOf(labels: Labels): Series {
    return this.#series.get(labels.key) ?? this.#remember({ labels, seenIn: 0, alive: false, ...UNNAMED });
  }

  /** The one object that stands for these labels. */
  #remember(series: Series): Series {
    const known = this.#series.get(series.labels.key);
    if (known !== undefined) return known;
    series.forgotten = false;
    this.#series.set(series.labels.key, series);
    return series;
  }

  #forget(series: Series): void {
    series.seenIn = 0;
    series.forgotten = true;
    this.#series.delete(series.labels.key);
  }

  /** Series of rounds that failed or were refused, and ever new ones, must not grow the table for ever. */
  #forgetUnsettled(): void {
    if (this.#series.size <= 2 * this.#live.alive.length + SERIES_SPARE) return;
    for (const series of this.#series.values()) if (!series.alive) this.#forget(series);
  }

  /** `value`: a number, or a native histogram's bytes. */
  #sample(resolved: Resolved, value: number | Uint8Array, ownTimeMs: number): void {
    const round = this.#round;
    round.scraped++;
    if (resolved.labels === null) {
      if (resolved.refused !== null) round.failure ??= resolved.refused;
      return;
    }
    round.kept++;
    const series = resolved.forgotten ? this.#remember(resolved) : resolved;
    const timed = ownTimeMs === ownTimeMs && this.#job.honorTimestamps;
    if (timed && !this.#job.trackTimestampsStaleness) {
      if (!series.timed) round.added++;
      series.timed = true;
      this.#put(series, ownTimeMs, value);
      return;
    }
    if (this.#live.has(series)) {
      if (!timed) round.duplicates++;
      else this.#put(series, ownTimeMs, value);
      return;
    }
    this.#live.add(series);
    if (!series.alive) round.added++;
    this.#put(series, timed ? ownTimeMs : this.#timeMs, value);
  }

  #put(series: Series, timeMs: number, value: number | Uint8Array): void {
    const { samples } = this.#round;
    if (typeof value === 'number') samples.addNumber(this.#numberOf(series), timeMs, value);
    else samples.addHistogram(this.#numberOf(series), timeMs, value);
  }

  #exemplar(resolved: Resolved, { pairs, value, timeMs }: ScrapedExemplar, sampleMs: number): void {
    if (resolved.labels === null) return;
    const isTimed = timeMs === timeMs;
    const ownMs = sampleMs === sampleMs && this.#job.honorTimestamps ? sampleMs : this.#timeMs;
    const exemplar = exemplarOf(resolved.labels, pairs, isTimed ? timeMs : ownMs, value);
    if (exemplar === null) return;
    const last = resolved.exemplar;
    const isTold = last !== null && Object.is(last.value, value) && last.labels.equals(exemplar.labels);
    if (isTold && (!isTimed || last.timeMs === timeMs)) return;
    this.#round.exemplars.push(exemplar);
  }

  #numberOf(series: Series): number {
    const { table } = this.#numbers;
    if (series.table !== table) {
      series.table = table;
      series.number = this.#numbers.numberOf(series.labels);
    }
    return series.number;
  }

  #emptyRound(): Round {
    const samples = new ColumnsBuilder(this.#numbers, this.#live.alive.length + 16);
    return { samples, exemplars: [], scraped: 0, kept: 0, added: 0, duplicates: 0, failure: null, problem: null };
  }
}

function clipped(help: string): string {
  return Buffer.byteLength(help) <= HELP_BYTES_MAX ? help : help.slice(0, HELP_BYTES_MAX / 4);
}
