/**
 * Years of an engine that keeps each resolution for so long: at their end each tier reaches back as far as its age says and no further, what there
 * is of blocks and bytes is bounded, and what is asked of any time is what the samples' formulas say.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Millis, prng, systemClock } from '@tidemark/base';
import { nodeFiles } from '@tidemark/base/files';
import { QueryBudget, type RetentionRules, tieredRetention } from '@tidemark/tsdb';
import { Matcher } from '@tidemark/tsdb/model';
import { FolderStore, PatientStore } from '@tidemark/tsdb/object-store';
import { askKnown } from './ask-known.ts';
import { counter, type KnownSeries, knownOf, wave } from './known-series.ts';
import { DAY_MS, HOUR_MS, Life } from './life.ts';

const MINUTE_MS = 60_000;
/** The first of January 2024. */
const BEGAN_MS = 19_723 * DAY_MS;
const UPKEEP_HOURS = 2;

export interface YearsOptions {
  readonly days: number;
  /** Of samples, and of windows by their width. */
  readonly ages: Readonly<Record<Millis, Millis>>;
  /** Of samples of series that are scraped each 15 s: as long as minutes, which are made of them. */
  readonly slowRawMs: Millis;
  /** Of samples of `severity="critical"`; and, once the rules are changed in the end, of `debug`. */
  readonly criticalRawMs: Millis;
  readonly debugRawMs: Millis;
  /** Of one query. */
  readonly stepsMax: number;
  readonly onDay?: (line: string) => void;
}

/** The ages that are the default, for as long as it takes until days of two years ago go. */
export const TWO_YEARS: YearsOptions = {
  days: 800,
  ages: tieredRetention().ages,
  slowRawMs: 7 * DAY_MS,
  criticalRawMs: 90 * DAY_MS,
  debugRawMs: 6 * HOUR_MS,
  stepsMax: 800,
};

export interface YearsReport {
  /** By resolution, how many days back its oldest block reaches. */
  readonly reachDays: ReadonlyMap<Millis, number>;
  /** Most at any day's end, and in the last tenth of the days. */
  readonly blocksMost: number;
  readonly blocksAtEnd: number;
  readonly bytesMost: number;
  readonly bytesAtEnd: number;
  /** Answers by the resolution that gave them. */
  readonly right: ReadonlyMap<Millis, number>;
  /** What is not as it should be, in words. */
  readonly wrong: readonly string[];
}

export async function liveYears(options: YearsOptions): Promise<YearsReport> {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-years-'));
  try {
    return await new Years(options, await begin(options, dir)).run();
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function begin(options: YearsOptions, dir: string): Promise<Life> {
  const store = new PatientStore(new FolderStore(nodeFiles, join(dir, 'store'), 'years'), systemClock, prng(1));
  const place = { kind: 'objects', name: 'cold', store, prefix: 'partition-0/', age: { afterMs: options.ages[MINUTE_MS] } } as const;
  return Life.begin({ dir: join(dir, 'engine'), beganMs: BEGAN_MS, retention: retentionOf(options), places: [place] });
}

function retentionOf({ ages, slowRawMs, criticalRawMs }: YearsOptions): RetentionRules {
  const series = [{ matchers: [new Matcher('severity', '=', 'critical')], ages: { 0: criticalRawMs } }];
  return { ...tieredRetention(), ages, slowRawMs, series };
}

class Years {
  readonly #options: YearsOptions;
  readonly #life: Life;
  readonly #series: readonly KnownSeries[];
  readonly #right = new Map<Millis, number>();
  readonly #wrong: string[] = [];
  readonly #blocks: number[] = [];
  readonly #bytes: number[] = [];

  constructor(options: YearsOptions, life: Life) {
    this.#options = options;
    this.#life = life;
    const slow = { intervalMs: 15_000 };
    const endMs = BEGAN_MS + options.days * DAY_MS;
    const early = { intervalMs: 1000, fromMs: BEGAN_MS + DAY_MS, toMs: BEGAN_MS + 3 * DAY_MS };
    // As long as minutes are kept.
    const late = { intervalMs: 1000, fromMs: endMs - options.ages[MINUTE_MS] - DAY_MS, toMs: Number.POSITIVE_INFINITY };
    this.#series = [
      counter({ __name__: 'requests_total' }, slow, 7, 57_600),
      wave({ __name__: 'load' }, slow, 200, 240),
      wave({ __name__: 'pressure', severity: 'critical' }, slow, 900, 5760),
      wave({ __name__: 'debug' }, slow, 50, 40),
      counter({ __name__: 'early_total' }, early, 3, 100_000),
      wave({ __name__: 'early' }, early, 300, 3600),
      counter({ __name__: 'late_total' }, late, 3, 100_000),
      wave({ __name__: 'late' }, late, 300, 3600),
    ];
  }

  async run(): Promise<YearsReport> {
    const { days, onDay = () => {} } = this.#options;
    for (const series of this.#series) this.#life.add(series);
    for (let day = 1; day <= days; day++) {
      for (let hour = 0; hour < 24; hour += UPKEEP_HOURS) await this.#life.live(UPKEEP_HOURS);
      if (day % Math.ceil(days / 10) === 0) await this.#life.restart();
      await this.#life.settle();
      this.#look();
      onDay(`day ${day}: ${this.#blocks.at(-1)} blocks, ${Math.round((this.#bytes.at(-1) as number) / 1024)} KiB`);
    }
    const reachDays = await this.#checkAges();
    await this.#askAll();
    await this.#checkSelectors();
    await this.#checkSize();
    await this.#life.end();
    const most = (figures: readonly number[], part = 1) => Math.max(...figures.slice(-Math.ceil(figures.length * part)));
    return {
      reachDays,
      blocksMost: most(this.#blocks),
      blocksAtEnd: most(this.#blocks, 0.1),
      bytesMost: most(this.#bytes),
      bytesAtEnd: most(this.#bytes, 0.1),
      right: this.#right,
      wrong: this.#wrong,
    };
  }

  #look(): void {
    const { blocks } = this.#life.engine.stats();
    this.#blocks.push(blocks.length);
    this.#bytes.push(blocks.reduce((sum, { bytes }) => sum + bytes, 0));
  }

  /** A block goes when its newest sample is too old; it spans a tenth of that age at most, or what is made at once. */
  async #checkAges(): Promise<ReadonlyMap<Millis, number>> {
    const { ages, criticalRawMs } = this.#options;
    const { blocks } = this.#life.engine.stats();
    const tiers = (await this.#life.engine.tiers?.('default', { fromMs: 0, toMs: this.#life.nowMs })) ?? [];
    const reach = new Map<Millis, number>();
    for (const widthMs of RESOLUTIONS) {
      const own = blocks.filter(({ resolutionMs }) => resolutionMs === widthMs);
      const ageMs = widthMs === 0 ? criticalRawMs : ages[widthMs];
      const unitMs = widthMs < HOUR_MS ? 2 * HOUR_MS : DAY_MS;
      const oldestMs = this.#life.nowMs - Math.min(...own.map(({ fromMs }) => fromMs));
      const endedMs = this.#life.nowMs - Math.min(...own.map(({ toMs }) => toMs));
      reach.set(widthMs, oldestMs / DAY_MS);
      if (endedMs > ageMs) this.#wrong.push(`${widthMs}: a block is there that ended ${endedMs / DAY_MS} days ago`);
      if (oldestMs > ageMs + Math.max(ageMs / 10, unitMs)) this.#wrong.push(`${widthMs}: reaches back ${oldestMs / DAY_MS} days`);
      const heldMs = this.#life.nowMs - (tiers.find((tier) => tier.widthMs === widthMs)?.ranges[0]?.fromMs ?? this.#life.nowMs);
      if (heldMs < ages[widthMs] - unitMs) this.#wrong.push(`${widthMs}: only ${heldMs / DAY_MS} days are held`);
    }
    return reach;
  }

  /** Each tier as far back as it reaches, in windows of its width; and samples in windows that no tier has. */
  async #askAll(): Promise<void> {
    const { ages, stepsMax } = this.#options;
    const nowMs = this.#life.nowMs;
    for (const series of this.#series) {
      for (const known of knownOf(series)) {
        for (const widthMs of RESOLUTIONS) {
          const isQuantile = known.startsWith('quantile');
          if (widthMs === MINUTE_MS && isQuantile) continue; // Minutes have no sketches.
          const rangeMs = widthMs === 0 ? RAW_RANGE_MS : widthMs;
          const fromMs = Math.max(nowMs - ages[widthMs], series.fromMs, BEGAN_MS);
          const toMs = Math.min(nowMs, series.toMs);
          if (toMs <= fromMs) continue;
          const stepMs = Math.max(widthMs, RAW_STEP_MS) * (1 + Math.floor((toMs - fromMs) / Math.max(widthMs, RAW_STEP_MS) / stepsMax));
          const startMs = Math.ceil(fromMs / stepMs + 1) * stepMs;
          await this.#ask(series, known, rangeMs, startMs, startMs + Math.floor((toMs - startMs) / stepMs) * stepMs, stepMs);
        }
      }
    }
  }

  async #ask(series: KnownSeries, known: string, widthMs: Millis, startMs: Millis, endMs: Millis, stepMs: Millis): Promise<void> {
    if (endMs < startMs) return;
    const asked = { queryable: this.#life.engine, series, known, widthMs, startMs, endMs, stepMs };
    const { wrong, stretches } = await askKnown(asked);
    this.#wrong.push(...wrong);
    for (const { fromMs, toMs, resolutionMs } of stretches)
      this.#right.set(resolutionMs, (this.#right.get(resolutionMs) ?? 0) + Math.round((toMs - fromMs) / stepMs) + 1);
  }

  /** Samples of critical series are there for longer than others, those of others are not. */
  async #checkSelectors(): Promise<void> {
    const { ages, slowRawMs, criticalRawMs, debugRawMs } = this.#options;
    const nowMs = this.#life.nowMs;
    const oldestOf = async (name: string) => {
      const budget = new QueryBudget({ deadlineMs: 600_000, samplesMax: 1e9, seriesMax: 1e6 }, systemClock);
      const matchers = [new Matcher('__name__', '=', name)];
      const found = await this.#life.engine.select({ tenant: 'default', matchers, range: { fromMs: 0, toMs: nowMs } }, budget);
      return nowMs - Math.min(...found.map(({ samples }) => samples.times[0]));
    };
    const retention = retentionOf(this.#options);
    const series = [...retention.series, { matchers: [new Matcher('__name__', '=', 'debug')], ages: { 0: debugRawMs } }];
    await this.#life.restart({ ...retention, series });
    await this.#life.settle();
    const expected = { pressure: criticalRawMs, load: Math.max(ages[0], slowRawMs), late: ages[0], debug: debugRawMs };
    for (const [name, ageMs] of Object.entries(expected)) {
      const oldestMs = await oldestOf(name);
      if (oldestMs < ageMs - 15_000 || oldestMs > ageMs + Math.max(ageMs / 10, 2 * HOUR_MS) + HOUR_MS)
        this.#wrong.push(`samples of ${name} reach back ${oldestMs / HOUR_MS} hours, not ${ageMs / HOUR_MS}`);
    }
  }

  /** With half of the room every tier loses about the same part of its age. */
  async #checkSize(): Promise<void> {
    const bytes = () => this.#life.engine.stats().blocks.reduce((sum, block) => sum + block.bytes, 0);
    const allBytesMax = bytes() / 2;
    await this.#life.restart({ ...retentionOf(this.#options), allBytesMax });
    await this.#life.settle();
    if (bytes() > allBytesMax) this.#wrong.push(`${bytes()} bytes are there, ${allBytesMax} may be`);
    const { blocks } = this.#life.engine.stats();
    for (const widthMs of RESOLUTIONS) {
      if (!blocks.some(({ resolutionMs }) => resolutionMs === widthMs)) this.#wrong.push(`${widthMs}: nothing is left where half may be`);
    }
    if (bytes() < allBytesMax / 2) this.#wrong.push(`only ${bytes()} bytes are left of ${allBytesMax}`);
  }
}

const RESOLUTIONS: readonly Millis[] = [0, MINUTE_MS, 5 * MINUTE_MS, HOUR_MS, DAY_MS];
/** Fits no window. */
const RAW_RANGE_MS = 90_000;
const RAW_STEP_MS = MINUTE_MS;
