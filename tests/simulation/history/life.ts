/**
 * An engine that lives through years within minutes: samples of known series arrive by the hour, and upkeep rolls them up, merges, moves
 * and drops them by a clock that is moved on. Files and places are real.
 */
import { type Millis, prng } from '@tidemark/base';
import { ManualClock, waitFor } from '@tidemark/base/testing';
import { DEFAULT_LIMITS, type Engine, openEngine, type PlaceSettings, type RetentionRules } from '@tidemark/tsdb';
import { NamedSeries, type SampleGroup } from '@tidemark/tsdb/model';
import type { KnownSeries } from './known-series.ts';

export const HOUR_MS: Millis = 3_600_000;
export const DAY_MS: Millis = 24 * HOUR_MS;

export interface LifeOptions {
  readonly dir: string;
  /** At a day's seam. */
  readonly beganMs: Millis;
  readonly retention: RetentionRules;
  readonly places: readonly PlaceSettings[];
}

export class Life {
  readonly #options: LifeOptions;
  readonly #clock: ManualClock;
  readonly #table = new NamedSeries();
  readonly #numbers = new Map<KnownSeries, number>();
  readonly #living = new Set<KnownSeries>();
  #engine: Engine;
  #offset = 0;

  private constructor(options: LifeOptions, clock: ManualClock, engine: Engine) {
    this.#options = options;
    this.#clock = clock;
    this.#engine = engine;
  }

  static async begin(options: LifeOptions): Promise<Life> {
    const clock = new ManualClock(options.beganMs);
    return new Life(options, clock, await open(options, clock));
  }

  get engine(): Engine {
    return this.#engine;
  }

  get nowMs(): Millis {
    return this.#clock.now();
  }

  /** From now on it is scraped, until its end. */
  add(series: KnownSeries): void {
    this.#numbers.set(series, this.#table.addLabels(series.labels));
    this.#living.add(series);
  }

  /** Some hours of samples, then a round of upkeep. Places are given what is old enough for them meanwhile. */
  async live(hours: number): Promise<void> {
    const fromMs = this.nowMs;
    this.#clock.advance(hours * HOUR_MS);
    const groups = this.#samplesOf(fromMs, this.nowMs);
    const batch = { tenant: 'default', acceptedAtMs: this.nowMs, table: this.#table, groups, metadata: [] };
    const { refused } = this.#engine.append(batch, { offset: this.#offset, epochOffset: this.#offset });
    this.#offset++;
    if (refused.length > 0) throw new Error(`samples were refused: ${JSON.stringify(refused)}`);
    await this.keepUp();
  }

  keepUp(): Promise<void> {
    return this.#engine.maintain(this.nowMs, new AbortController().signal);
  }

  /** Rounds of upkeep until everything lies where it belongs. */
  async settle(): Promise<void> {
    await waitFor('the moves', async () => {
      await this.keepUp();
      return this.#engine.stats().places.every(({ waiting, strays }) => waiting.blocks === 0 && strays === 0);
    });
  }

  /** What is in memory becomes blocks, and a new engine goes on with the folder; by other rules, perhaps. */
  async restart(retention: RetentionRules = this.#options.retention): Promise<void> {
    await this.#engine.drain();
    this.#engine = await open({ ...this.#options, retention }, this.#clock);
  }

  end(): Promise<void> {
    return this.#engine.drain();
  }

  #samplesOf(fromMs: Millis, toMs: Millis): SampleGroup[] {
    const byInterval = new Map<Millis, KnownSeries[]>();
    for (const series of this.#living) {
      if (series.toMs <= fromMs) this.#living.delete(series);
      else if (series.fromMs <= fromMs) byInterval.set(series.intervalMs, [...(byInterval.get(series.intervalMs) ?? []), series]);
    }
    const groups = Array.from(byInterval, ([intervalMs, scraped]): SampleGroup[] => {
      const numbers = Uint32Array.from(scraped, (series) => this.#numbers.get(series) as number);
      const first = Math.floor(fromMs / intervalMs) + 1;
      return Array.from({ length: Math.floor(toMs / intervalMs) - first + 1 }, (_, i) => ({
        timeMs: (first + i) * intervalMs,
        numbers,
        values: Float64Array.from(scraped, (series) => series.valueAt(first + i)),
      }));
    });
    return groups.flat().sort((a, b) => a.timeMs - b.timeMs);
  }
}

function open({ dir, retention, places }: LifeOptions, clock: ManualClock): Promise<Engine> {
  return openEngine({
    ...{ dir, clock, places, prng: prng(clock.now()), limits: { ...DEFAULT_LIMITS, rollups: true, retention } },
    onDamage: (error) => {
      throw error;
    },
    onShortage: (error) => {
      throw error;
    },
  });
}
