import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Clock, formatDuration, type Millis } from '@tidemark/base';
import type { Service } from '@tidemark/base/service';
import { DEFAULT_TENANT, Labels, METRIC_NAME, type MetricMetadata } from '@tidemark/tsdb/model';
import type { Publisher, PublishResult } from '../publish/publisher.ts';
import { SeriesNumbers } from '../publish/series-numbers.ts';
import { ColumnsBuilder } from '../scrape/columns.ts';
import { METADATA_REPEAT_MS, SERIES_SPARE } from '../scrape/limits.ts';
import { LiveSeries, type TrackedSeries } from '../scrape/live-series.ts';
import { ScrapeReport } from '../scrape/report.ts';
import { nextPlannedMs, offsetMs, scrapeTimeMs } from '../scrape/schedule.ts';
import { type ActiveTargetView, NEVER } from '../scrape/targets-api.ts';
import { type HostPaths, hostFiles } from './files.ts';
import { type Family, gauge, type Reading, reading } from './reading.ts';
import type { HostFiles, HostSource } from './source.ts';
import { hostSources } from './sources.ts';

/**
 * This machine's metrics at every interval, named as node_exporter names them, under `job="node"`.
 * A part of the machine that cannot be read is missing, and `node_scrape_collector_success` says so.
 */
export interface HostCollectorOptions {
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly intervalMs?: number;
  readonly procPath?: string;
  readonly sysPath?: string;
  readonly rootPath?: string;
  readonly instance?: string;
  readonly tenant?: string;
}

export interface HostCollector extends Service {
  /** For the list of targets. */
  view(): ActiveTargetView;
  /** What its metrics are. */
  families(): readonly MetricMetadata[];
}

const JOB = 'node';
const DURATION = gauge('node_scrape_collector_duration_seconds', 'node_exporter: Duration of a collector scrape.', 'collector');
const SUCCESS = gauge('node_scrape_collector_success', 'node_exporter: Whether a collector succeeded.', 'collector');

export function createHostCollector(options: HostCollectorOptions): HostCollector {
  return new Collector(options);
}

class Collector implements HostCollector {
  readonly name = 'host-collector';
  readonly #publisher: Publisher;
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #paths: HostPaths;
  readonly #tenant: string;
  readonly #target: Labels;
  readonly #sources: readonly HostSource[];
  readonly #report: ScrapeReport;
  /** By family, then by label values: a steady round makes no labels. */
  readonly #series = new Map<string, Map<string, TrackedSeries>>();
  readonly #live = new LiveSeries<TrackedSeries>();
  readonly #numbers = new SeriesNumbers();
  readonly #families = new Map<string, Family>();
  #unsaid = new Set<string>();
  #saidAtMs = Number.NEGATIVE_INFINITY;
  #last: { readonly atMs: Millis; readonly seconds: number; readonly samples: number; readonly error: string } | null = null;
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor({
    publisher,
    clock,
    intervalMs = 1000,
    procPath = '/proc',
    sysPath = '/sys',
    rootPath = '/',
    ...identity
  }: HostCollectorOptions) {
    this.#publisher = publisher;
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#paths = { procPath, sysPath, rootPath };
    this.#tenant = identity.tenant ?? DEFAULT_TENANT;
    this.#target = Labels.from({ job: JOB, instance: identity.instance ?? hostname() });
    this.#sources = hostSources((mountpoint) => statfs(join(rootPath, mountpoint)));
    this.#report = new ScrapeReport(this.#target);
  }

  run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#stop.abort(), { once: true });
    if (signal.aborted) this.#stop.abort();
    this.#running = this.#rounds(this.#stop.signal);
    return this.#running;
  }

  async drain(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  families(): readonly MetricMetadata[] {
    return Array.from(this.#families.values(), ({ name, type, help }) => ({ family: name, type, help, unit: '' }));
  }

  view(): ActiveTargetView {
    const last = this.#last;
    return {
      discoveredLabels: {},
      labels: this.#target.toObject(),
      scrapePool: JOB,
      scrapeUrl: '',
      globalUrl: '',
      lastError: last?.error ?? '',
      lastScrape: last === null ? NEVER : new Date(last.atMs).toISOString(),
      lastScrapeDuration: last?.seconds ?? 0,
      health: last === null ? 'unknown' : 'up',
      scrapeInterval: formatDuration(this.#intervalMs),
      scrapeTimeout: formatDuration(this.#intervalMs),
      lastSamples: last?.samples ?? 0,
    };
  }

  async #rounds(signal: AbortSignal): Promise<void> {
    const offset = offsetMs(this.#target.key, this.#intervalMs);
    let lastMs = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      const plannedMs = nextPlannedMs(Math.max(this.#clock.now(), lastMs), this.#intervalMs, offset);
      await this.#clock.sleep(plannedMs - this.#clock.now(), signal);
      if (signal.aborted) return;
      lastMs = scrapeTimeMs(plannedMs, this.#clock.now(), this.#intervalMs);
      await this.#round(lastMs);
    }
  }

  async #round(timeMs: Millis): Promise<void> {
    const started = performance.now();
    const files = hostFiles(this.#paths, timeMs);
    const readings = (await Promise.all(this.#sources.map((source) => readSource(source, files)))).flat();
    const seconds = secondsSince(started);
    this.#numbers.renewAbove(2 * this.#live.alive.length + SERIES_SPARE);
    const samples = new ColumnsBuilder(this.#numbers, readings.length + 16);
    this.#live.begin();
    let added = 0;
    for (const next of readings) {
      const series = this.#seriesOf(next);
      if (this.#live.has(series)) continue; // Two mounts of one device at one place, say.
      if (!series.alive) added++;
      this.#live.add(series);
      samples.add(series.labels, timeMs, next.value);
    }
    this.#live.addEnds(samples, timeMs);
    const count = readings.length;
    this.#report.add(samples, timeMs, { up: true, durationSeconds: seconds, scraped: count, kept: count, added, bodyBytes: 0 });
    const published = await this.#publish(samples, timeMs);
    const error = published.kind === 'refused' ? `collected, but not stored: ${published.reason}` : '';
    this.#last = { atMs: timeMs, seconds, samples: count, error };
  }

  async #publish(samples: ColumnsBuilder, timeMs: Millis): Promise<PublishResult> {
    const repeats = timeMs - this.#saidAtMs >= METADATA_REPEAT_MS;
    const metadata = this.families().filter(({ family }) => repeats || this.#unsaid.has(family));
    const published = await this.#publisher.publish({
      tenant: this.#tenant,
      ...samples.columns(),
      metadata,
    });
    if (published.kind === 'refused') return published;
    for (const series of this.#live.settle()) this.#forget(series);
    this.#report.settle();
    this.#unsaid = new Set();
    if (repeats) this.#saidAtMs = timeMs;
    return published;
  }

  #seriesOf({ family, labelValues }: Reading): TrackedSeries {
    let ofFamily = this.#series.get(family.name);
    if (ofFamily === undefined) {
      ofFamily = new Map();
      this.#series.set(family.name, ofFamily);
      this.#families.set(family.name, family);
      this.#unsaid.add(family.name);
    }
    const key = labelValues.join('\xff');
    let series = ofFamily.get(key);
    if (series === undefined) {
      const own = family.labelNames.map((name, i): [string, string] => [name, labelValues[i]]);
      series = { labels: Labels.from([...own, ...this.#target, [METRIC_NAME, family.name]]), seenIn: 0, alive: false };
      ofFamily.set(key, series);
    }
    return series;
  }

  #forget(series: TrackedSeries): void {
    const { labels } = series;
    const ofFamily = this.#series.get(labels.name);
    const labelNames = this.#families.get(labels.name)?.labelNames ?? [];
    ofFamily?.delete(labelNames.map((name) => labels.get(name)).join('\xff'));
  }
}

async function readSource(source: HostSource, files: HostFiles): Promise<Reading[]> {
  const started = performance.now();
  const { collector } = source;
  let readings: readonly Reading[] | null = null;
  try {
    readings = await source.read(files);
  } catch {
    // Not on this machine, or not for this user: told by `success`.
  }
  const seconds = secondsSince(started);
  return [...(readings ?? []), reading(DURATION, seconds, collector), reading(SUCCESS, readings === null ? 0 : 1, collector)];
}

/** To the microsecond: more digits are noise that would be stored. */
function secondsSince(started: number): number {
  return Math.round((performance.now() - started) * 1000) / 1_000_000;
}
