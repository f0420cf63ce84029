/**
 * Reads the protobuf form of an exposition: `io.prometheus.client.MetricFamily`, each with its length before it. The only one that has
 * native histograms; everything else comes to the series that the text would have named.
 *
 *   MetricFamily  name = 1, help = 2, type = 3, metric = 4, unit = 5
 *   Metric        label = 1 {name = 1, value = 2}, gauge = 2, counter = 3, summary = 4, untyped = 5, timestamp_ms = 6, histogram = 7
 *   Counter       value = 1, exemplar = 2, start_timestamp = 3            Gauge, Untyped  value = 1
 *   Summary       sample_count = 1, sample_sum = 2, quantile = 3 {quantile = 1, value = 2}, start_timestamp = 4
 */
import { MalformedError, ProtobufCursor, VARINT } from '@tidemark/base/wire';
import type { FamilyMetadata } from '@tidemark/tsdb/exposition';
import { METRIC_NAME } from '@tidemark/tsdb/model';
import { readDouble, readUnsigned } from '../decode/histogram/packed.ts';
import { checkSent } from '../decode/histogram/sent-histogram.ts';
import { withTypeAndUnit } from '../decode/type-and-unit.ts';
import { LINES_SPARE } from '../limits.ts';
import type { Exposition, ScrapedExemplar } from './parser.ts';
import {
  isNative,
  readExemplar,
  readExpositionHistogram,
  readExpositionText,
  readTime,
  type SentExemplar,
  within,
} from './protobuf-histogram.ts';

export interface ProtobufWishes {
  /** Native histograms are taken; else only their classic form. */
  readonly native: boolean;
  /** The classic form of a histogram that has both is taken beside the native one. */
  readonly classicToo: boolean;
  /** Series are labelled with their metric's type and unit. */
  readonly typeAndUnit?: boolean;
}

export interface ProtobufScrape<S> extends Exposition<S> {
  /** When the series of each sample started; NaN where it is not told. */
  readonly startsMs: Float64Array;
  /** By sample. */
  readonly histograms: readonly (Uint8Array | undefined)[];
  /** Why the first histogram that cannot be taken is left out. */
  readonly problem: string | null;
}

const TYPES = ['counter', 'gauge', 'summary', 'unknown', 'histogram', 'gaugehistogram'] as const;

export class ProtobufExposition<S> {
  readonly #resolve: (pairs: readonly string[]) => S;
  readonly #metadata: FamilyMetadata;
  readonly #changedFamilies: Set<string>;
  /** By their labels. */
  #known = new Map<string, S>();
  #series: S[] = [];
  #times: number[] = [];
  #starts: number[] = [];
  #values: number[] = [];
  #histograms: (Uint8Array | undefined)[] = [];
  #exemplars: ScrapedExemplar[] = [];
  #problem: string | null = null;
  #wishes: ProtobufWishes = { native: false, classicToo: false };

  constructor(resolve: (pairs: readonly string[]) => S, metadata: FamilyMetadata, changedFamilies: Set<string>) {
    this.#resolve = resolve;
    this.#metadata = metadata;
    this.#changedFamilies = changedFamilies;
  }

  /** `body` is not kept. Throws `MalformedError`: then nothing of it counts. */
  parse(body: Buffer, wishes: ProtobufWishes): ProtobufScrape<S> {
    this.#series = [];
    this.#times = [];
    this.#starts = [];
    this.#values = [];
    this.#histograms = [];
    this.#exemplars = [];
    this.#problem = null;
    this.#wishes = wishes;
    const cursor = new ProtobufCursor(body);
    while (cursor.at < body.length) {
      const length = cursor.varint();
      if (length > body.length - cursor.at) throw new MalformedError('cut in a metric family');
      this.#readFamily(new ProtobufCursor(body, cursor.at, cursor.at + length));
      cursor.at += length;
    }
    if (this.#known.size > 2 * this.#series.length + LINES_SPARE) this.#known.clear();
    return {
      numbers: Uint32Array.from(this.#series, (_, i) => i),
      series: this.#series,
      timesMs: Float64Array.from(this.#times),
      startsMs: Float64Array.from(this.#starts),
      values: Float64Array.from(this.#values),
      histograms: this.#histograms,
      exemplars: this.#exemplars,
      problem: this.#problem,
      malformed: null,
    };
  }

  #readFamily(cursor: ProtobufCursor): void {
    let name = '';
    let help = '';
    let unit = '';
    let type: (typeof TYPES)[number] = 'counter';
    const metrics: ProtobufCursor[] = [];
    while (cursor.next()) {
      if (cursor.field === 1) name = readExpositionText(cursor);
      else if (cursor.field === 2) help = readExpositionText(cursor);
      else if (cursor.field === 3) type = TYPES[readUnsigned(cursor)] ?? 'unknown';
      else if (cursor.field === 4) metrics.push(within(cursor));
      else if (cursor.field === 5) unit = readExpositionText(cursor);
      else cursor.skip();
    }
    if (name === '') throw new MalformedError('a metric family without a name');
    this.#tell('TYPE', name, type);
    if (help !== '') this.#tell('HELP', name, help);
    if (unit !== '' && name.endsWith(`_${unit}`)) this.#tell('UNIT', name, unit);
    const said = this.#wishes.typeAndUnit ? withTypeAndUnit : (labels: readonly string[]) => labels;
    for (const metric of metrics) this.#readMetric(metric, name, (labels) => said(labels, type, unit));
  }

  #tell(keyword: 'TYPE' | 'HELP' | 'UNIT', family: string, value: string): void {
    // OpenMetrics has all types; its escapes are not protobuf's.
    const escaped = keyword === 'HELP' ? value.replaceAll('\\', '\\\\') : value;
    if (this.#metadata.apply(keyword, family, escaped, 'openmetrics')) this.#changedFamilies.add(family);
  }

  #readMetric(cursor: ProtobufCursor, name: string, labelled: (own: readonly string[]) => readonly string[]): void {
    const own: string[] = [];
    let timeMs = Number.NaN;
    const parts: { readonly field: number; readonly cursor: ProtobufCursor }[] = [];
    while (cursor.next()) {
      if (cursor.field === 1) readLabel(within(cursor), own);
      else if (cursor.field === 6) {
        cursor.expect(VARINT);
        timeMs = cursor.int64() || Number.NaN;
      } else if ([2, 3, 4, 5, 7].includes(cursor.field)) parts.push({ field: cursor.field, cursor: within(cursor) });
      else cursor.skip();
    }
    const labels = labelled(own);
    for (const { field, cursor: part } of parts) {
      if (field === 4) this.#readSummary(part, name, labels, timeMs);
      else if (field === 7) this.#readHistogram(part, name, labels, timeMs);
      else this.#readNumber(part, name, labels, timeMs, field === 3);
    }
  }

  #readNumber(cursor: ProtobufCursor, name: string, labels: readonly string[], timeMs: number, isCounter: boolean): void {
    let value = 0;
    let startMs = Number.NaN;
    let exemplar: SentExemplar | null = null;
    while (cursor.next()) {
      if (cursor.field === 1) value = readDouble(cursor);
      else if (cursor.field === 2 && isCounter) exemplar = readExemplar(within(cursor));
      else if (cursor.field === 3 && isCounter) startMs = readTime(within(cursor));
      else cursor.skip();
    }
    this.#add(name, labels, value, { timeMs, startMs });
    this.#addExemplar(exemplar);
  }

  #readSummary(cursor: ProtobufCursor, name: string, labels: readonly string[], timeMs: number): void {
    let count = 0;
    let sum = 0;
    let startMs = Number.NaN;
    const quantiles: [quantile: number, value: number][] = [];
    while (cursor.next()) {
      if (cursor.field === 1) count = readUnsigned(cursor);
      else if (cursor.field === 2) sum = readDouble(cursor);
      else if (cursor.field === 3) {
        const pair: [number, number] = [0, 0];
        const each = within(cursor);
        while (each.next()) {
          if (each.field === 1 || each.field === 2) pair[each.field - 1] = readDouble(each);
          else each.skip();
        }
        quantiles.push(pair);
      } else if (cursor.field === 4) startMs = readTime(within(cursor));
      else cursor.skip();
    }
    const times = { timeMs, startMs };
    this.#add(`${name}_count`, labels, count, times);
    this.#add(`${name}_sum`, labels, sum, times);
    for (const [quantile, value] of quantiles) this.#add(name, [...labels, 'quantile', formatBound(quantile)], value, times);
  }

  #readHistogram(cursor: ProtobufCursor, name: string, labels: readonly string[], timeMs: number): void {
    const { sent, buckets, exemplars, startMs } = readExpositionHistogram(cursor);
    const times = { timeMs, startMs };
    const takesNative = this.#wishes.native && isNative(sent);
    if (takesNative) {
      const checked = checkSent(sent);
      if (checked.kind === 'histogram') this.#add(name, labels, Number.NaN, times, checked.bytes);
      else this.#problem ??= `histogram ${name} ${checked.kind === 'refused' ? checked.reason : 'has ended'}`;
      const told = exemplars.length > 0 ? exemplars : buckets.flatMap(({ exemplar }) => exemplar ?? []);
      if (checked.kind === 'histogram') for (const exemplar of told) this.#addExemplar(exemplar);
    }
    if (takesNative && !(this.#wishes.classicToo && buckets.length > 0)) return;
    this.#add(`${name}_count`, labels, sent.count, times);
    this.#add(`${name}_sum`, labels, sent.sum[0], times);
    for (const { upper, count, exemplar } of buckets) {
      this.#add(`${name}_bucket`, [...labels, 'le', formatBound(upper)], count, times);
      this.#addExemplar(exemplar);
    }
    if (buckets.at(-1)?.upper !== Number.POSITIVE_INFINITY) this.#add(`${name}_bucket`, [...labels, 'le', '+Inf'], sent.count, times);
  }

  #add(name: string, labels: readonly string[], value: number, times: SampleTimes, histogram?: Uint8Array): void {
    const pairs = [METRIC_NAME, name, ...labels];
    let key = '';
    for (const text of pairs) key += `${text.length}:${text}`;
    let series = this.#known.get(key);
    if (series === undefined) {
      series = this.#resolve(pairs);
      this.#known.set(key, series);
    }
    this.#series.push(series);
    this.#times.push(times.timeMs);
    this.#starts.push(times.startMs);
    this.#values.push(value === value ? value : Number.NaN); // One NaN: a payload might mean something.
    this.#histograms.push(histogram);
  }

  /** Of the sample that was added last. */
  #addExemplar(exemplar: SentExemplar | null): void {
    if (exemplar !== null) this.#exemplars.push({ ...exemplar, at: this.#series.length - 1 });
  }
}

/** NaN where it is not told. */
interface SampleTimes {
  readonly timeMs: number;
  readonly startMs: number;
}

function readLabel(cursor: ProtobufCursor, labels: string[]): void {
  const pair = ['', ''];
  while (cursor.next()) {
    if (cursor.field === 1 || cursor.field === 2) pair[cursor.field - 1] = readExpositionText(cursor);
    else cursor.skip();
  }
  labels.push(...pair);
}

/** As OpenMetrics writes it: whole numbers have a point. */
function formatBound(bound: number): string {
  if (bound === Number.POSITIVE_INFINITY) return '+Inf';
  if (bound === Number.NEGATIVE_INFINITY) return '-Inf';
  const text = Math.abs(bound) >= 1e21 || (bound !== 0 && Math.abs(bound) < 1e-4) ? exponential(bound) : String(bound);
  return /[.eN]/.test(text) ? text : `${text}.0`;
}

/** With two digits of the exponent at least. */
function exponential(value: number): string {
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}
