import type { Clock, Millis } from '@tidemark/base';
import type { MetricMetadata } from '@tidemark/tsdb/model';
import type { Target } from '../discovery/target.ts';
import { acceptOf, formatOf } from '../exposition/format.ts';
import type { ScrapeJob } from '../prometheus-config/job.ts';
import type { Publisher, PublishResult } from '../publish/publisher.ts';
import type { GetResult, HttpClient } from './http-client.ts';
import { SCRAPE_BODY_BYTES_MAX } from './limits.ts';
import type { ScrapeMetrics } from './metrics.ts';
import { ScrapeReport } from './report.ts';
import { nextPlannedMs, offsetMs, scrapeTimeMs } from './schedule.ts';
import { type Round, TargetSeries } from './target-series.ts';

/**
 * Scrapes one target at its interval until it is stopped.
 *
 *   running ──stop('shutdown' | 'replaced')──▶ stopped       its series stay as they are
 *           ──stop('gone')──▶ stopped                        its series get their stale markers
 */
export interface LoopPorts {
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly tenant: string;
  readonly metrics: ScrapeMetrics;
  /** Told of a bug that ended the loop. */
  readonly onBug: (error: unknown) => void;
}

export interface LoopStatus {
  readonly health: 'unknown' | 'up' | 'down';
  readonly lastError: string;
  /** Null before the first scrape. */
  readonly lastScrapeMs: Millis | null;
  readonly lastDurationSeconds: number;
  readonly lastSamples: number;
}

export type StopReason = 'shutdown' | 'replaced' | 'gone';

export class ScrapeLoop {
  readonly target: Target;
  readonly job: ScrapeJob;
  status: LoopStatus = { health: 'unknown', lastError: '', lastScrapeMs: null, lastDurationSeconds: 0, lastSamples: 0 };
  /** Set: each scrape fails with this reason without asking the target. */
  forcedFailure: string | null = null;
  readonly #client: HttpClient;
  readonly #ports: LoopPorts;
  readonly #report: ScrapeReport;
  readonly #accept: string;
  readonly #stop = new AbortController();
  /** Ends a scrape in the middle. */
  readonly #cut = new AbortController();
  readonly #finished: Promise<void>;
  #series: TargetSeries;
  #lastTimeMs = Number.NEGATIVE_INFINITY;

  /** Starts at once, or when `before`, the same target under an older configuration, has finished. */
  constructor(target: Target, job: ScrapeJob, client: HttpClient, ports: LoopPorts, before?: ScrapeLoop) {
    this.target = target;
    this.job = job;
    this.#client = client;
    this.#ports = ports;
    this.#report = new ScrapeReport(
      target.labels,
      job.extraMetrics ? { timeoutMs: target.timeoutMs, sampleLimit: job.limits.samples } : undefined,
    );
    this.#accept = acceptOf(job.protocols);
    this.#series = new TargetSeries(target.labels, job);
    this.#finished = (before === undefined ? this.#run() : this.#runAfter(before)).catch(ports.onBug);
  }

  /** What the target has said of its metrics. */
  get families(): Iterable<MetricMetadata> {
    return this.#series.families;
  }

  /** Resolves when nothing runs any more. May be called again. */
  async stop(reason: StopReason): Promise<void> {
    this.#stop.abort();
    if (reason !== 'replaced') this.#cut.abort();
    await this.#finished;
    if (reason === 'gone') await this.#end();
  }

  async #runAfter(before: ScrapeLoop): Promise<void> {
    this.status = before.status;
    await before.stop('replaced');
    this.status = before.status;
    this.#lastTimeMs = before.#lastTimeMs;
    this.#series = new TargetSeries(this.target.labels, this.job, before.#series);
    this.#report.takeOver(before.#report);
    await this.#run();
  }

  async #run(): Promise<void> {
    const { clock } = this.#ports;
    const { intervalMs, key } = this.target;
    const offset = offsetMs(key, intervalMs);
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const plannedMs = nextPlannedMs(Math.max(clock.now(), this.#lastTimeMs), intervalMs, offset);
      await clock.sleep(plannedMs - clock.now(), signal);
      if (signal.aborted) return;
      await this.#scrape(scrapeTimeMs(plannedMs, clock.now(), intervalMs));
    }
  }

  async #scrape(timeMs: Millis): Promise<void> {
    this.#lastTimeMs = timeMs;
    const started = performance.now();
    const answer = await this.#fetch();
    // Cut in the middle: that is no failure of the target, so it leaves no trace.
    if (this.#cut.signal.aborted) return;
    const durationSeconds = Math.round((performance.now() - started) * 1000) / 1e6;
    const round = this.#roundOf(answer, timeMs);
    const { scraped, kept, added, failure, samples, problem } = round;
    const up = failure === null;
    const bodyBytes = answer.kind === 'body' ? answer.bytes.length : -1;
    this.#report.add(samples, timeMs, { up, durationSeconds, scraped, kept, added, bodyBytes });
    const published = await this.#publish(round);
    if (published.kind === 'durable') {
      this.#series.settle();
      this.#report.settle();
    }
    this.#ports.metrics.scraped(this.job.name, round, published);
    const notStored = published.kind === 'refused' ? `scraped, but not stored: ${published.reason}` : problem && `left out: ${problem}`;
    const lastError = failure ?? notStored ?? '';
    this.status = {
      health: up ? 'up' : 'down',
      lastError,
      lastScrapeMs: timeMs,
      lastDurationSeconds: durationSeconds,
      lastSamples: scraped,
    };
  }

  async #fetch(): Promise<GetResult> {
    if (this.forcedFailure !== null) return { kind: 'failed', reason: this.forcedFailure };
    const { target, job } = this;
    const limit = job.limits.bodyBytes;
    return this.#client.get(
      {
        url: target.url,
        headers: {
          Accept: this.#accept,
          'Accept-Encoding': job.compress ? 'gzip' : 'identity',
          'User-Agent': 'Tidemark',
          'X-Prometheus-Scrape-Timeout-Seconds': String(target.timeoutMs / 1000),
        },
        timeoutMs: target.timeoutMs,
        bodyBytesMax: limit === 0 ? SCRAPE_BODY_BYTES_MAX : Math.min(limit, SCRAPE_BODY_BYTES_MAX),
      },
      this.#cut.signal,
    );
  }

  #roundOf(answer: GetResult, timeMs: Millis): Round {
    const failed = (reason: string) => {
      const round = this.#series.miss(timeMs);
      round.failure = reason;
      return round;
    };
    if (answer.kind === 'failed') return failed(answer.reason);
    const format = formatOf(answer.contentType);
    if (format.kind === 'unsupported') return failed(format.reason);
    return this.#series.take(answer.bytes, format.format, timeMs);
  }

  /** The target has gone: its series, and those about it, end now. */
  async #end(): Promise<void> {
    // After the last scrape's time, which may have been planned a little ahead.
    const timeMs = Math.max(this.#ports.clock.now(), this.#lastTimeMs + 1);
    const round = this.#series.miss(timeMs);
    this.#report.addEnd(round.samples, timeMs);
    if (round.samples.length > 0) this.#ports.metrics.ended(this.job.name, await this.#publish(round));
  }

  #publish({ samples, exemplars }: Round): Promise<PublishResult> {
    return this.#ports.publisher.publish({
      tenant: this.#ports.tenant,
      ...samples.columns(),
      metadata: this.#series.metadata(),
      exemplars,
    });
  }
}
