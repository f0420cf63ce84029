import type { Millis } from '@tidemark/base';
import type { Matcher } from '../model/matcher.ts';
import { RAW_RETENTION_MS, TIERS } from '../rollup/tiers.ts';

/**
 * What goes, and when. Samples are kept in blocks, each of one tenant and one resolution, and go with their block: a block that is past
 * every age that holds for it is dropped; one that is past some of them is written anew without the series that these hold for. So a
 * series may outlive its age by as much as its block spans (plan.ts: a tenth of that age).
 *
 *   age     of a block's newest sample. Which one holds for a series: of the first of its tenant's series rules that fits, else of the
 *           tenant's own; of each resolution by itself. Raw samples of series that are scraped slowly may be kept for longer.
 *   size    of a tenant's blocks, and of all: as if every age were shortened by the same part, until the rest fits. So years of
 *           rolled-up history, which are small, do not make room for hours of raw samples, which are large.
 *
 * A block that a coarser one is still to be made of waits for that, whatever its age.
 *
 * No clock, no disk.
 */
export interface RetentionRules extends TenantRetention {
  /** What holds for some tenants instead. */
  readonly tenants: ReadonlyMap<string, TenantRetention>;
  readonly allBytesMax: number;
}

export interface TenantRetention {
  readonly ages: Ages;
  /** The first one that fits a series counts. Ages that it does not name are the tenant's. */
  readonly series: readonly SeriesRetention[];
  /** Raw samples of slow series, and of native histograms, which have no windows of one minute, are kept for at least so long, unless a series rule fits. */
  readonly slowRawMs: Millis;
  readonly bytesMax: number;
}

export interface SeriesRetention {
  /** All of them must hold. */
  readonly matchers: readonly Matcher[];
  readonly ages: Ages;
}

/** How long samples are kept, by the resolution of their blocks: 0 is raw, others are widths of windows. For ever where nothing is said. */
export type Ages = Readonly<Record<Millis, Millis>>;

export interface RetainedBlock {
  readonly meta: {
    readonly tenant: string;
    readonly toMs: Millis;
    /** Raw when it is not said. */
    readonly resolutionMs?: Millis;
  };
  readonly bytes: number;
}

export interface RetentionPlan<B> {
  /** The oldest first. */
  readonly drop: readonly { readonly block: B; readonly reason: 'age' | 'size' }[];
  readonly thin: readonly { readonly block: B; readonly leaving: Leaving }[];
}

/** Which series are past their age in a block: it takes its index to say which of its series these are. */
export interface Leaving {
  /** A tenant's series rules, in their order, and whether what they hold for leaves. */
  readonly rules: readonly { readonly matchers: readonly Matcher[]; readonly leaves: boolean }[];
  /** Series that no rule fits. */
  readonly others: boolean;
  /** Of these the slow ones. */
  readonly slowOthers: boolean;
}

/** Raw samples, and windows of every width behind them. */
export function tieredRetention(): RetentionRules {
  const ages = Object.fromEntries(TIERS.map(({ widthMs, retentionMs }) => [widthMs, retentionMs]));
  return { ...rawRetention(RAW_RETENTION_MS), ages: { 0: RAW_RETENTION_MS, ...ages }, slowRawMs: TIERS[0].retentionMs };
}

/** Raw samples of all series alike; the disk is the limit. */
export function rawRetention(ageMs: Millis): RetentionRules {
  const noLimit = Number.POSITIVE_INFINITY;
  return { ages: { 0: ageMs }, series: [], slowRawMs: 0, bytesMax: noLimit, tenants: new Map(), allBytesMax: noLimit };
}

export function planRetention<B extends RetainedBlock>(
  blocks: readonly B[],
  nowMs: Millis,
  rules: RetentionRules,
  isAwaited: (block: B) => boolean = () => false,
): RetentionPlan<B> {
  const drop: { block: B; reason: 'age' | 'size' }[] = [];
  const thin: { block: B; leaving: Leaving }[] = [];
  const kept: B[] = [];
  for (const block of [...blocks].sort((a, b) => a.meta.toMs - b.meta.toMs)) {
    const tenant = rulesOf(rules, block.meta.tenant);
    const ageMs = nowMs - block.meta.toMs;
    const leaving = leavingAt(tenant, resolutionOf(block), ageMs);
    if (!isAny(leaving) || isAwaited(block)) kept.push(block);
    else if (isAll(leaving)) drop.push({ block, reason: 'age' });
    else {
      thin.push({ block, leaving });
      kept.push(block);
    }
  }
  const beyond = new Set(beyondSize(kept, nowMs, rules));
  for (const block of kept) if (beyond.has(block)) drop.push({ block, reason: 'size' });
  return { drop, thin: thin.filter(({ block }) => !beyond.has(block)) };
}

/** The longest that anything of a tenant is kept, as far as something is said: older samples need not be taken. */
export function longestAgeMs(rules: RetentionRules, tenant: string): Millis {
  const { ages, series, slowRawMs } = rulesOf(rules, tenant);
  return Math.max(slowRawMs, ...[ages, ...series.map((rule) => rule.ages)].flatMap((each) => Object.values(each)));
}

/** The longest that windows of that width, or raw samples, of any series of a tenant are kept. */
export function keptMs(rules: RetentionRules, tenant: string, resolutionMs: Millis): Millis {
  return Math.max(...agesOf(rulesOf(rules, tenant), resolutionMs));
}

/** The least age above `ageMs` at which something leaves a block of the tenant; Infinity for never. */
export function nextAgeMs(rules: RetentionRules, { tenant, resolutionMs = 0 }: RetainedBlock['meta'], ageMs: Millis): Millis {
  return Math.min(...agesOf(rulesOf(rules, tenant), resolutionMs).filter((each) => each > ageMs), Number.POSITIVE_INFINITY);
}

function rulesOf(rules: RetentionRules, tenant: string): TenantRetention {
  return rules.tenants.get(tenant) ?? rules;
}

function resolutionOf(block: RetainedBlock): Millis {
  return block.meta.resolutionMs ?? 0;
}

function leavingAt({ ages, series, slowRawMs }: TenantRetention, resolutionMs: Millis, ageMs: Millis): Leaving {
  const ownMs = ages[resolutionMs] ?? Number.POSITIVE_INFINITY;
  return {
    rules: series.map((rule) => ({ matchers: rule.matchers, leaves: ageMs > (rule.ages[resolutionMs] ?? ownMs) })),
    others: ageMs > ownMs,
    slowOthers: ageMs > (resolutionMs === 0 ? Math.max(ownMs, slowRawMs) : ownMs),
  };
}

/** Of every kind of series. */
function agesOf({ ages, series, slowRawMs }: TenantRetention, resolutionMs: Millis): Millis[] {
  const ownMs = ages[resolutionMs] ?? Number.POSITIVE_INFINITY;
  const slowMs = resolutionMs === 0 ? [Math.max(ownMs, slowRawMs)] : [];
  return [ownMs, ...slowMs, ...series.map((rule) => rule.ages[resolutionMs] ?? ownMs)];
}

function isAny({ rules, others, slowOthers }: Leaving): boolean {
  return others || slowOthers || rules.some(({ leaves }) => leaves);
}

function isAll({ rules, others, slowOthers }: Leaving): boolean {
  return others && slowOthers && rules.every(({ leaves }) => leaves);
}

/** Those that come first to the end of their time, by the part of it that has passed, until what is left fits. */
function beyondSize<B extends RetainedBlock>(blocks: readonly B[], nowMs: Millis, rules: RetentionRules): B[] {
  const spent = (block: B) =>
    (nowMs - block.meta.toMs) / Math.min(Math.max(...agesOf(rulesOf(rules, block.meta.tenant), resolutionOf(block))), FOR_EVER_MS);
  const byPart = blocks
    .map((block) => ({ block, part: spent(block) }))
    .sort((a, b) => b.part - a.part || a.block.meta.toMs - b.block.meta.toMs);
  const gone: B[] = [];
  let allBytes = sumOf(blocks);
  const bytesOf = new Map<string, number>();
  for (const { meta, bytes } of blocks) bytesOf.set(meta.tenant, (bytesOf.get(meta.tenant) ?? 0) + bytes);
  for (const { block } of byPart) {
    const { tenant } = block.meta;
    const tenantBytes = bytesOf.get(tenant) as number;
    if (allBytes <= rules.allBytesMax && tenantBytes <= rulesOf(rules, tenant).bytesMax) continue;
    allBytes -= block.bytes;
    bytesOf.set(tenant, tenantBytes - block.bytes);
    gone.push(block);
  }
  return gone;
}

/** What is kept for ever counts as if for so long when it comes to size: 100 years. */
const FOR_EVER_MS = 100 * 365 * 86_400_000;

function sumOf(blocks: readonly RetainedBlock[]): number {
  return blocks.reduce((sum, { bytes }) => sum + bytes, 0);
}
