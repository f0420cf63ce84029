import type { Prng } from '@tidemark/base';
import type { FileLogOptions } from '@tidemark/log/file';
import { type RetentionRules, rawRetention } from '@tidemark/tsdb';
import { type Labels, Matcher, matchesAll } from '@tidemark/tsdb/model';

export const LOG_FOLDER = '/data/log';
export const ENGINE_FOLDER = '/data/partition-0';
export const SLOW_FOLDER = '/slow';
export const STORE_FOLDER = '/store';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What stays the same in all of a run's lives. */
export interface Setting {
  readonly senders: number;
  /** Each of them, on average. */
  readonly sendEveryMs: number;
  /** The oldest samples that come. */
  readonly lateMsMax: number;
  readonly retention: RetentionRules;
  readonly maintainEveryMs: number;
  /** Memory is saved when it has so many. */
  readonly unsavedSamplesMax: number;
  /** From which age on blocks lie on another disk, and in an object store; null where there is none. */
  readonly slowAfterMs: number | null;
  readonly coldAfterMs: number | null;
  readonly farCacheBytes: number;
  readonly log: Required<Pick<FileLogOptions, 'salt' | 'segments' | 'retention' | 'queueBytesMax'>>;
}

export function randomSetting(random: Prng): Setting {
  const retentionMs = random.pick([20, 72]) * HOUR_MS;
  const salt = random.bits();
  return {
    senders: random.int(1, 4),
    sendEveryMs: random.pick([20_000, 3 * MINUTE_MS, 12 * MINUTE_MS]),
    lateMsMax: random.pick([50 * MINUTE_MS, retentionMs / 2]),
    retention: retentions(retentionMs)[(salt >>> 16) % 3],
    maintainEveryMs: random.pick([MINUTE_MS, 10 * MINUTE_MS]),
    unsavedSamplesMax: [100, 2_000, 1e9][salt % 3],
    // Of the salt, so that seeds go on as they did.
    slowAfterMs: [null, 4 * HOUR_MS, null, 6 * HOUR_MS][(salt >>> 4) % 4],
    coldAfterMs: [null, 5 * HOUR_MS, 8 * HOUR_MS, 12 * HOUR_MS][(salt >>> 8) % 4],
    farCacheBytes: [0, 400_000][(salt >>> 12) % 2],
    log: {
      salt,
      segments: { segmentBytesMax: random.pick([1_500, 20_000, 1e6]), segmentMsMax: random.pick([10 * MINUTE_MS, HOUR_MS]) },
      // What upkeep has not brought into blocks by then would be lost with the process.
      retention: { ageMs: 24 * HOUR_MS, bytes: 1e9 },
      queueBytesMax: random.pick([5_000, 1e6]),
    },
  };
}

/** One age for all; less for some; less for all but some, and a tenant of its own. A run lasts for hours. */
function retentions(retentionMs: number): readonly RetentionRules[] {
  const all = rawRetention(retentionMs);
  const hosts = [new Matcher('host', '=~', 'h[01]')];
  const short = { ...rawRetention(3 * HOUR_MS), series: [{ matchers: hosts, ages: { 0: retentionMs } }] };
  return [
    all,
    { ...all, series: [{ matchers: hosts, ages: { 0: 2 * HOUR_MS } }] },
    { ...short, tenants: new Map([['team-b', { ...all, series: [{ matchers: [new Matcher('pod', '!=', '')], ages: { 0: HOUR_MS } }] }]]) },
  ];
}

/** How long a series is kept at least. */
export function keptMsOf(retention: RetentionRules, tenant: string, labels: Labels): number {
  const { ages, series } = retention.tenants.get(tenant) ?? retention;
  const rule = series.find(({ matchers }) => matchesAll(matchers, (name) => labels.get(name)));
  return rule?.ages[0] ?? ages[0];
}
