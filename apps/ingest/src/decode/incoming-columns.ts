import { MalformedError } from '@tidemark/base/wire';
import {
  isMark,
  type Labels,
  type MetricMetadata,
  markedNumber,
  markHigh,
  markLow,
  type NamedSeries,
  STALE_HIGH,
  STALE_LOW,
  TIME_MS_MAX,
} from '@tidemark/tsdb/model';
import { SAMPLES_PER_REQUEST_MAX, SAMPLES_PER_SERIES_MAX } from '../limits.ts';
import type { IncomingBatch } from '../publish/publisher.ts';
import type { SeriesNumbers } from '../publish/series-numbers.ts';
import type { CheckedLabels } from './check-labels.ts';
import { checkSent, type SentHistogram } from './histogram/sent-histogram.ts';
import { emptyLike, type KnownStarts } from './start-zeros.ts';

/** What a request held: the good series as columns, and what was left out. */
export interface DecodedSamples {
  readonly kind: 'samples';
  readonly batch: Omit<IncomingBatch, 'tenant'>;
  readonly refused: RefusedSeries | null;
  /** Native histograms among the samples. */
  readonly histograms: number;
  /** All that came; those that can be taken are in the batch. */
  readonly exemplars: number;
}

export interface RefusedSeries {
  readonly series: number;
  readonly samples: number;
  /** Names the first one and says why. */
  readonly firstReason: string;
}

/** The usual NaN's. */
const NAN_HIGH = 0x7ff80000;

/** Grows a request's columns. Values are kept as words: a NaN's payload need not survive as a number. */
export class IncomingColumns {
  readonly metadata = new Map<string, MetricMetadata>();
  exemplars = 0;
  readonly #histograms: Uint8Array[] = [];
  /** Histograms of the series that is being read that cannot be taken, and why the first one cannot. */
  #badHistograms = 0;
  #badReason = '';
  readonly #series: SeriesNumbers;
  readonly #table: NamedSeries;
  /** Null: starts do not count. */
  readonly #known: KnownStarts | null;
  /** Of the series that is being read: when it started, by the place of the sample that says so. */
  readonly #starts = new Map<number, number>();
  #numbers: Uint32Array;
  #settled = 0;
  #timesMs: Float64Array;
  #words: Uint32Array;
  #length = 0;
  #refusedSeries = 0;
  #refusedSamples = 0;
  #firstReason: string | null = null;

  constructor(series: SeriesNumbers, samplesGuess: number, known: KnownStarts | null = null) {
    this.#series = series;
    this.#table = series.table;
    this.#known = known;
    this.#numbers = new Uint32Array(samplesGuess);
    this.#timesMs = new Float64Array(samplesGuess);
    this.#words = new Uint32Array(samplesGuess * 2);
  }

  /** A sample whose series is said afterwards, by `settle`. A time that no double can hold is NaN. `startMs`: of its series; 0 for none. */
  add(timeMs: number, low: number, high: number, startMs = 0): void {
    if (this.#length === SAMPLES_PER_REQUEST_MAX) {
      throw new MalformedError(`more than ${SAMPLES_PER_REQUEST_MAX} samples in one request: send fewer at once`);
    }
    if (this.#length === this.#timesMs.length) this.#grow();
    if (startMs !== 0 && this.#known !== null) this.#starts.set(this.#length, startMs);
    // Nobody sends marks: what looks like one is a NaN.
    const isMarked = isMark(high);
    this.#put(timeMs, isMarked ? 0 : low, isMarked ? NAN_HIGH : high);
  }

  #put(timeMs: number, low: number, high: number): void {
    this.#timesMs[this.#length] = timeMs;
    this.#words[this.#length * 2] = low;
    this.#words[this.#length * 2 + 1] = high;
    this.#length++;
  }

  /** As `add`. One that cannot be taken is named by its series, and does no harm to others. */
  addHistogram(timeMs: number, sent: SentHistogram, startMs = 0): void {
    const checked = checkSent(sent);
    if (checked.kind === 'refused') {
      if (this.#badHistograms++ === 0) this.#badReason = checked.reason;
      return;
    }
    this.add(timeMs, STALE_LOW, STALE_HIGH, startMs);
    if (checked.kind === 'stale') return;
    const number = this.#histograms.push(checked.bytes) - 1;
    this.#length--;
    this.#put(timeMs, markLow(number), markHigh(number));
  }

  addNumber(timeMs: number, value: number): void {
    this.add(timeMs, 0, 0);
    new Float64Array(this.#words.buffer)[this.#length - 1] = value;
  }

  /** Samples were added since the last `settle`. */
  get isPending(): boolean {
    return this.#length > this.#settled || this.#badHistograms > 0;
  }

  /** The samples added since the last call belong to this series, or are taken back when it or they cannot be taken. */
  settle(checked: CheckedLabels): void {
    const problem = checked.kind === 'refused' ? checked.reason : this.#pendingProblem(checked.labels);
    if (this.#badHistograms > 0) this.#refuseBad(checked);
    if (problem !== null) this.#refuse(problem);
    else if (checked.kind === 'labels') {
      const number = this.#series.numberOf(checked.labels);
      this.#addZeros(number);
      this.#numbers.fill(number, this.#settled, this.#length);
      this.#settled = this.#length;
    }
    this.#starts.clear();
  }

  #addZeros(number: number): void {
    if (this.#known === null) return;
    for (let i = this.#settled, end = this.#length; i < end; i++) {
      const startMs = this.#starts.get(i) ?? Number.NaN;
      if (!this.#known.take(this.#table, number, startMs, this.#timesMs[i])) continue;
      const high = this.#words[2 * i + 1];
      this.add(startMs, 0, 0);
      if (!isMark(high)) continue;
      const empty = this.#histograms.push(emptyLike(this.#histograms[markedNumber(high, this.#words[2 * i])])) - 1;
      this.#length--;
      this.#put(startMs, markLow(empty), markHigh(empty));
    }
  }

  finish(): DecodedSamples {
    const timesMs = this.#timesMs.subarray(0, this.#length);
    const values = new Float64Array(this.#words.buffer, 0, this.#length);
    const refused = { series: this.#refusedSeries, samples: this.#refusedSamples, firstReason: this.#firstReason ?? '' };
    return {
      kind: 'samples',
      batch: {
        table: this.#table,
        numbers: this.#numbers.subarray(0, this.#length),
        timesMs,
        values,
        metadata: [...this.metadata.values()],
        ...(this.#histograms.length > 0 && { histograms: this.#histograms }),
      },
      refused: this.#refusedSeries > 0 ? refused : null,
      histograms: this.#histograms.length,
      exemplars: this.exemplars,
    };
  }

  #refuse(reason: string): void {
    this.#refusedSeries++;
    this.#refusedSamples += this.#length - this.#settled;
    this.#firstReason ??= reason;
    this.#length = this.#settled;
  }

  #refuseBad(checked: CheckedLabels): void {
    if (checked.kind === 'labels') {
      this.#refusedSeries++;
      this.#firstReason ??= `series ${checked.labels}: a histogram ${this.#badReason}`;
    }
    this.#refusedSamples += this.#badHistograms;
    this.#badHistograms = 0;
  }

  #pendingProblem(labels: Labels): string | null {
    const count = this.#length - this.#settled;
    if (count > SAMPLES_PER_SERIES_MAX) return `series ${labels}: ${count} samples, ${SAMPLES_PER_SERIES_MAX} are allowed in one request`;
    for (let i = this.#settled; i < this.#length; i++) {
      if (!(Math.abs(this.#timesMs[i]) <= TIME_MS_MAX)) return `series ${labels}: a timestamp is out of range`;
    }
    return null;
  }

  #grow(): void {
    const capacity = Math.max(64, this.#timesMs.length * 2);
    const timesMs = new Float64Array(capacity);
    const words = new Uint32Array(capacity * 2);
    const numbers = new Uint32Array(capacity);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
    timesMs.set(this.#timesMs);
    words.set(this.#words);
    this.#timesMs = timesMs;
    this.#words = words;
  }
}
