import type { Clock, Millis } from '@tidemark/base';
import type { NativeHistogram } from '../model/native-histogram.ts';
import type { MissingStretch } from './missing.ts';

/** Why a query was ended before its answer. */
export type QueryEnd = 'timeout' | 'canceled' | 'too_many_samples' | 'too_many_series';

export class QueryEndedError extends Error {
  override readonly name = 'QueryEndedError';
  readonly kind: QueryEnd;

  constructor(kind: QueryEnd, message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface QueryLimits {
  readonly deadlineMs: Millis;
  /** Samples loaded by the whole query, as Prometheus counts them. */
  readonly samplesMax: number;
  readonly seriesMax: number;
}

/** What a part of a query that runs elsewhere may still use, as plain values. */
export interface BudgetShare {
  readonly limits: QueryLimits;
  readonly startMs: Millis;
  readonly samples: number;
  readonly series: number;
}

/** No timer is longer. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** A slice after which a query lets ingestion and alerts go first. */
const SLICE_MS = 4;

/**
 * What one query may still use. Charged by whoever does the work; throws `QueryEndedError` when used up,
 * past its deadline, or when its client has gone (`signal`).
 */
export class QueryBudget {
  readonly #limits: QueryLimits;
  readonly #clock: Clock;
  #startMs: Millis;
  /** Aborts when the query's client has gone. */
  readonly signal: AbortSignal | undefined;
  readonly #pause: () => Promise<void>;
  #sliceEndMs: number;
  /** Of which this is a part; null for a query's own. */
  #whole: QueryBudget | null = null;
  readonly #missing = new Map<string, MissingStretch>();
  samples = 0;
  series = 0;

  /** `pause` is awaited between two slices: what may wait for others waits there. */
  constructor(limits: QueryLimits, clock: Clock, signal?: AbortSignal, pause = clock.turn) {
    this.#limits = limits;
    this.#clock = clock;
    this.signal = signal;
    this.#pause = pause;
    this.#startMs = clock.now();
    this.#sliceEndMs = clock.monotonicMs() + SLICE_MS;
  }

  /** The budget of a part, on the same clock; whoever gave the share charges what the part has used beyond it. */
  static ofShare(share: BudgetShare, clock: Clock, signal?: AbortSignal, pause = clock.turn): QueryBudget {
    const budget = new QueryBudget(share.limits, clock, signal, pause);
    budget.#startMs = share.startMs;
    budget.samples = share.samples;
    budget.series = share.series;
    return budget;
  }

  /** What it uses is used here too, and counted in it alone; it may be bounded more tightly. */
  part(tighter: Partial<QueryLimits> = {}): QueryBudget {
    const part = new QueryBudget({ ...this.#limits, ...tighter }, this.#clock, this.signal, this.#pause);
    part.#whole = this;
    part.#startMs = this.#startMs;
    return part;
  }

  share(): BudgetShare {
    if (this.#whole !== null) {
      // As much as both have left.
      const { limits, samples, series } = this.#whole.share();
      const samplesMax = Math.min(limits.samplesMax - samples, this.#limits.samplesMax - this.samples);
      const seriesMax = Math.min(limits.seriesMax - series, this.#limits.seriesMax - this.series);
      return { limits: { ...this.#limits, samplesMax, seriesMax }, startMs: this.#startMs, samples: 0, series: 0 };
    }
    return { limits: this.#limits, startMs: this.#startMs, samples: this.samples, series: this.series };
  }

  /** On the query's clock, for who measures its parts. */
  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  get elapsedMs(): Millis {
    return this.#clock.now() - this.#startMs;
  }

  chargeSamples(count: number): void {
    this.#whole?.chargeSamples(count);
    this.samples += count;
    if (this.samples > this.#limits.samplesMax) {
      throw new QueryEndedError(
        'too_many_samples',
        `query would load more than ${this.#limits.samplesMax} samples: narrow its selectors or its range`,
      );
    }
  }

  /** Beside their samples: a bucket takes at least as much as a sample does. */
  chargeHistograms(histograms: readonly NativeHistogram[]): void {
    let buckets = 0;
    for (const { positive, negative, bounds } of histograms) buckets += positive.size + negative.size + bounds.length;
    this.chargeSamples(buckets);
  }

  chargeSeries(count: number): void {
    this.#whole?.chargeSeries(count);
    this.series += count;
    if (this.series > this.#limits.seriesMax) {
      throw new QueryEndedError('too_many_series', `query would touch more than ${this.#limits.seriesMax} series: narrow its selectors`);
    }
  }

  /** What the answer is without, each once. */
  get missing(): readonly MissingStretch[] {
    return [...this.#missing.values()];
  }

  miss(stretch: MissingStretch): void {
    this.#whole?.miss(stretch);
    this.#missing.set(`${stretch.fromMs} ${stretch.toMs} ${stretch.reason} ${stretch.detail}`, stretch);
  }

  /** What `work` gives, or the end of the query: it goes on, and nobody waits for it. */
  async orEnd<T>(work: Promise<T>): Promise<T> {
    const { deadlineMs } = this.#limits;
    const leftMs = this.#startMs + deadlineMs - this.#clock.now() + 1;
    const done = new AbortController();
    const signals = this.signal === undefined ? [done.signal] : [done.signal, this.signal];
    const overdue = this.#clock.sleep(Math.min(leftMs, TIMER_MS_MAX), AbortSignal.any(signals));
    const ended = overdue.then(() => {
      if (!done.signal.aborted) this.check();
      return work;
    });
    try {
      return await Promise.race([work, ended]);
    } finally {
      done.abort();
    }
  }

  /** Cheap; call it once for each series or step. */
  check(): void {
    if (this.signal?.aborted) throw new QueryEndedError('canceled', 'query was canceled: its client has gone');
    const { deadlineMs } = this.#limits;
    if (this.#clock.now() - this.#startMs > deadlineMs) {
      throw new QueryEndedError('timeout', `query ran longer than ${deadlineMs / 1000} s`);
    }
  }

  /** Has this query had its slice? Then await `breathe`: for loops whose turns are shorter than waiting for one that does nothing. */
  get isDue(): boolean {
    return this.#clock.monotonicMs() >= this.#sliceEndMs;
  }

  /** Checks, and lets the event loop run when this query has had its slice. Await it in every long loop. */
  async breathe(): Promise<void> {
    this.check();
    if (!this.isDue) return;
    await this.#pause();
    this.#sliceEndMs = this.#clock.monotonicMs() + SLICE_MS;
    this.check();
  }
}
