import { orMalformed } from '@tidemark/base/wire';
import { type ExpositionFormat, familyNameOf } from '@tidemark/tsdb/exposition';
import type { Exemplar, Labels, MetricMetadata, NamedSeries } from '@tidemark/tsdb/model';
import { emptyLike, isStartDue } from '../decode/start-zeros.ts';
import { withTypeAndUnit } from '../decode/type-and-unit.ts';
import type { ScrapeFormat } from '../exposition/format.ts';
import { type Exposition, ExpositionParser, type ScrapedExemplar } from '../exposition/parser.ts';
import { ProtobufExposition } from '../exposition/protobuf-exposition.ts';
import { HELP_BYTES_MAX, LABEL_NAME_BYTES_MAX } from '../limits.ts';
import type { ScrapeJob } from '../prometheus-config/job.ts';
import { exemplarOf } from '../publish/exemplar.ts';
import { SeriesNumbers } from '../publish/series-numbers.ts';
import { ColumnsBuilder } from './columns.ts';
import { CreatedLines, type Start } from './created-lines.ts';
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
  /** When it started, as OpenMetrics tells it; null when that does not count. */
  start: Start | null;
  /** Of its newest durable sample that told a start, and of the newest in this round; NaN for none. */
  lastMs: number;
  roundMs: number;
  /** Its number in that table. */
  table: NamedSeries | null;
  number: number;
}

type Resolved = Series | { readonly labels: null; readonly refused: string | null; readonly created?: Start };

const UNNAMED = {
  ...{ forgotten: false, timed: false, exemplar: null, table: null, number: 0 },
  ...{ start: null, lastMs: Number.NaN, roundMs: Number.NaN },
};

const DROPPED: Resolved = { labels: null, refused: null };

export class TargetSeries {
  readonly #job: ScrapeJob;
  readonly #parser: ExpositionParser<Resolved>;
  readonly #protobuf: ProtobufExposition<Resolved>;
  /** By the labels' key: two texts may stand for one series. */
  readonly #series = new Map<string, Series>();
  readonly #live: LiveSeries<Series>;
  readonly #numbers = new SeriesNumbers();
  readonly #created: CreatedLines;
  /** Series of this round that tell when they started. */
  #started: Series[] = [];
  #format: ScrapeFormat = 'text';
  #round: Round;
  #timeMs = 0;
  #metadataAtMs = Number.NEGATIVE_INFINITY;

  /** `before`: what the same target had under another configuration; its live series are still owed their end. */
  constructor(target: Labels, job: ScrapeJob, before?: TargetSeries) {
    this.#job = job;
    const resolve = (pairs: readonly string[]): Resolved => {
      const told = this.#startOf(pairs);
      if (told?.isCreated) return { labels: null, refused: null, created: told.start };
      const settled = settleLabels(this.#typed(pairs), target, job);
      if (settled.kind === 'kept') {
        const series = this.#seriesOf(settled.labels);
        series.start = told?.start ?? null;
        return series;
      }
      return settled.kind === 'dropped' ? DROPPED : { labels: null, refused: settled.reason };
    };
    this.#parser = new ExpositionParser(resolve);
    this.#protobuf = new ProtobufExposition(resolve, this.#parser.metadata, this.#parser.changedFamilies);
    this.#created = new CreatedLines(this.#parser.metadata);
    const alive = before === undefined ? [] : before.#live.alive;
    this.#live = new LiveSeries(alive.map(({ labels }) => this.#remember({ labels, seenIn: 0, alive: true, ...UNNAMED })));
    this.#round = this.#emptyRound();
  }

  /** A body that came. On failure the round has stale markers only, as if nothing had come. */
  take(body: Uint8Array, format: ScrapeFormat, timeMs: number): Round {
    const round = this.#begin(timeMs);
    this.#format = format;
    if (format === 'protobuf') this.#takeProtobuf(Buffer.from(body.buffer, body.byteOffset, body.length));
    else this.#takeText(body, format);
    const limit = this.#job.limits.samples;
    if (limit > 0 && round.kept > limit) round.failure ??= `sample_limit exceeded: ${round.kept} samples, limit ${limit}`;
    if (round.failure !== null) {
      round.samples.clear();
      round.exemplars = [];
      this.#started = [];
      this.#live.begin();
    }
    this.#live.addEnds(round.samples, timeMs);
    return round;
  }

  #takeText(body: Uint8Array, format: ExpositionFormat): void {
    const { typeAndUnit } = this.#job.features;
    const isFirst = this.#parser.changedFamilies.size === 0 && this.#parser.metadata.families.size === 0;
    let { malformed, ...read } = this.#parser.parse(body, format);
    if (typeAndUnit && !isFirst && this.#parser.changedFamilies.size > 0) {
      // A type that has changed is another label of lines that look as they did.
      this.#parser.forget();
      ({ malformed, ...read } = this.#parser.parse(body, format));
    }
    this.#takeAll(read);
    if (malformed !== null) this.#round.failure ??= `line ${malformed.line}: ${malformed.reason}`;
  }

  #takeProtobuf(body: Buffer): void {
    const read = orMalformed('protobuf', () => ({ kind: 'read' as const, ...this.#protobuf.parse(body, this.#wishes()) }));
    if (read.kind === 'malformed') {
      this.#round.failure ??= read.reason;
      return;
    }
    this.#takeAll(read, read.histograms, read.startsMs);
    this.#round.problem = read.problem;
  }

  #takeAll(read: Omit<Exposition<Resolved>, 'malformed'>, histograms?: readonly (Uint8Array | undefined)[], startsMs?: Float64Array): void {
    const { numbers, series, values, timesMs, exemplars } = read;
    const { startZeros } = this.#job.features;
    if (startZeros && this.#created.size > 0) this.#readStarts(read);
    for (let i = 0; i < numbers.length; i++) {
      const resolved = series[numbers[i]] as Resolved;
      const value = histograms?.[i] ?? values[i];
      if (startZeros) this.#startAt(resolved, value, timesMs[i], startsMs?.[i]);
      this.#sample(resolved, value, timesMs[i]);
    }
    for (const exemplar of exemplars) this.#exemplar(series[numbers[exemplar.at]] as Resolved, exemplar, timesMs[exemplar.at]);
  }

  #wishes() {
    const { histograms, features } = this.#job;
    return { ...histograms, typeAndUnit: features.typeAndUnit };
  }

  #startOf(pairs: readonly string[]) {
    return this.#job.features.startZeros && this.#format === 'openmetrics' ? this.#created.startOf(pairs) : null;
  }

  #typed(pairs: readonly string[]): readonly string[] {
    if (!this.#job.features.typeAndUnit || this.#format === 'protobuf') return pairs;
    const { families } = this.#parser.metadata;
    const family = families.get(familyNameOf(pairs[1], families) ?? '');
    return family === undefined ? pairs : withTypeAndUnit(pairs, family.type, family.unit);
  }

  /** They may come behind the samples that they are about. */
  #readStarts({ numbers, series, values }: Omit<Exposition<Resolved>, 'malformed'>): void {
    for (let i = 0; i < numbers.length; i++) {
      const resolved = series[numbers[i]];
      if (resolved === null || resolved.labels !== null || resolved.created === undefined) continue;
      resolved.created.timeMs = Math.trunc(values[i] * 1000);
      resolved.created.round = this.#round;
    }
  }

  /** Before the sample that tells it. */
  #startAt(resolved: Resolved, value: number | Uint8Array, ownTimeMs: number, toldMs: number | undefined): void {
    if (resolved.labels === null) return;
    const { start } = resolved;
    const startMs = toldMs ?? (start?.round === this.#round ? start.timeMs : Number.NaN);
    if (!(startMs > 0)) return;
    const timeMs = ownTimeMs === ownTimeMs && this.#job.honorTimestamps ? ownTimeMs : this.#timeMs;
    const series = resolved.forgotten ? this.#remember(resolved) : resolved;
    if (isStartDue(startMs, timeMs, series.lastMs)) this.#put(series, startMs, typeof value === 'number' ? 0 : emptyLike(value));
    series.roundMs = timeMs;
    this.#started.push(series);
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
    for (const series of this.#started) series.lastMs = series.roundMs;
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
    this.#started = [];
    if (this.#created.size > 2 * this.#live.alive.length + SERIES_SPARE) {
      this.#created.clear();
      this.#parser.forget();
    }
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
    if (resolved.labels === null && resolved.created !== undefined) return;
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
