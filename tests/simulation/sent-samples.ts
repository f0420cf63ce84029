/**
 * The oracle: every sample that was ever sent, and what has become known of it. A store may show what was sent; it must show what
 * was acknowledged, unless that was deleted, is past retention, or lay where the disk was damaged.
 */
import type { AppendResult } from '@tidemark/log';
import { contains, type Labels, type Matcher, matchesAll, type SampleColumns, type TimeRange } from '@tidemark/tsdb/model';
import type { RecordHead } from './record-head.ts';
import { bitsOf } from './sample-bits.ts';

export interface SentRecord extends RecordHead {
  readonly tenant: string;
  readonly samples: readonly SentSample[];
  /** Null until it is acknowledged, and for ever when it is not. */
  offset: number | null;
}

export interface SentSample {
  /** Which series of which sender: what an epoch announces once. */
  readonly named: string;
  readonly labels: Labels;
  readonly timeMs: number;
  /** See `bitsOf`. */
  readonly bits: bigint;
  /** It lay where the disk was damaged. */
  mayBeLost: boolean;
}

export interface MadeDeletion {
  readonly tenant: string;
  readonly selectors: readonly (readonly Matcher[])[];
  readonly range: TimeRange;
  readonly logEnd: number;
  /** When it was answered, in steps; null while it is made, and for ever when nobody heard of its end. */
  answeredAt: number | null;
  /** Records before this had been appended when it was answered. */
  reachedTo: number;
  /** What remembers it was damaged. */
  mayBeForgotten: boolean;
}

export interface FoundSeries {
  readonly labels: Labels;
  readonly samples: SampleColumns;
}

/** What a question may rely on. */
export interface Moment {
  /** In steps: deletions that were answered before it hold. */
  readonly askedAt: number;
  /** Records before this had been appended. */
  readonly consumedTo: number;
  /** Older samples of a series may have gone. */
  readonly retainedFromMs: (labels: Labels) => number;
  /** What the answer itself says that it is without. */
  readonly missing: readonly TimeRange[];
}

interface Sighting {
  readonly record: SentRecord;
  readonly sample: SentSample;
}

export class SentSamples {
  readonly records: SentRecord[] = [];
  readonly deletions: MadeDeletion[] = [];
  /** By tenant, labels and time. */
  readonly #series = new Map<string, Map<string, Map<number, Sighting[]>>>();
  /** That cannot be read any more. */
  readonly #damaged: SentRecord[] = [];
  acknowledged = 0;

  send(record: SentRecord): void {
    this.records.push(record);
    for (const damaged of this.#damaged) if (isSameEpoch(record, damaged)) this.#loseFrom(damaged);
    const series = this.#series.get(record.tenant) ?? new Map<string, Map<number, Sighting[]>>();
    this.#series.set(record.tenant, series);
    for (const sample of record.samples) {
      const times = series.get(sample.labels.key) ?? new Map<number, Sighting[]>();
      series.set(sample.labels.key, times);
      const known = times.get(sample.timeMs);
      if (known === undefined) times.set(sample.timeMs, [{ record, sample }]);
      else known.push({ record, sample });
    }
  }

  answered(record: SentRecord, result: AppendResult): void {
    if (result.kind === 'refused') return;
    record.offset = result.offset;
    this.acknowledged += record.samples.length;
  }

  /** Of what was acknowledged. */
  get lastOffset(): number {
    return this.records.reduce((last, { offset }) => Math.max(last, offset ?? -1), -1);
  }

  /** The record at `offset` cannot be read any more, nor what leans on what it announced, now and later. */
  damageRecord(offset: number): void {
    const damaged = this.records.find((record) => record.offset === offset);
    if (damaged === undefined) return;
    this.#damaged.push(damaged);
    this.#loseFrom(damaged);
  }

  #loseFrom(damaged: SentRecord): void {
    const known = new Set<string>();
    for (const record of this.records) {
      if (!isSameEpoch(record, damaged) || record.tenant !== damaged.tenant) continue;
      for (const sample of record.samples) {
        if (record.sequence < damaged.sequence) known.add(sample.named);
        else if (record === damaged || !known.has(sample.named)) sample.mayBeLost = true;
      }
    }
  }

  damageBlock(tenant: string, range: TimeRange): void {
    for (const record of this.records) {
      if (record.tenant !== tenant) continue;
      for (const sample of record.samples) if (contains(range, sample.timeMs)) sample.mayBeLost = true;
    }
  }

  forgetDeletions(): void {
    for (const deletion of this.deletions) deletion.mayBeForgotten = true;
  }

  tenants(): string[] {
    return [...this.#series.keys()];
  }

  /** What is wrong with an answer; nothing when it is right. `lost` counts what is missing and may be. */
  faultsOf(tenant: string, found: readonly FoundSeries[], moment: Moment): { readonly faults: string[]; readonly lost: number } {
    const faults: string[] = [];
    let lost = 0;
    const sent = this.#series.get(tenant) ?? new Map<string, Map<number, Sighting[]>>();
    const shown = new Map<string, Map<number, bigint>>();
    for (const { labels, samples } of found) {
      if (shown.has(labels.key)) faults.push(`${labels} is shown twice`);
      const bits = bitsOf(samples);
      const times = new Map<number, bigint>();
      shown.set(labels.key, times);
      samples.times.forEach((timeMs, i) => {
        if (i > 0 && samples.times[i - 1] >= timeMs) faults.push(`${labels}: time ${timeMs} does not rise`);
        times.set(timeMs, bits[i]);
        const sightings = sent.get(labels.key)?.get(timeMs);
        if (sightings === undefined) faults.push(`${labels} at ${timeMs} was never sent`);
        else if (!sightings.some(({ sample }) => sample.bits === bits[i])) faults.push(`${labels} at ${timeMs} has other bits`);
        else if (sightings.every((sighting) => this.#fate(tenant, sighting, moment) === 'gone'))
          faults.push(`${labels} at ${timeMs} was deleted, and is shown`);
      });
    }
    for (const [key, times] of sent) {
      const there = shown.get(key);
      for (const [timeMs, sightings] of times) {
        if (there?.has(timeMs)) continue;
        const fates = sightings.map((sighting) => this.#fate(tenant, sighting, moment));
        const must = fates.indexOf('must');
        if (must >= 0)
          faults.push(`${sightings[must].sample.labels} at ${timeMs}, acknowledged in record ${sightings[must].record.offset}, is missing`);
        else if (fates.includes('may be lost')) lost++;
      }
    }
    return { faults, lost };
  }

  #fate(tenant: string, { record, sample }: Sighting, moment: Moment): 'must' | 'may' | 'may be lost' | 'gone' {
    let fate: 'must' | 'may' | 'may be lost' | 'gone' = 'must';
    if (record.offset === null || record.offset >= moment.consumedTo || sample.timeMs < moment.retainedFromMs(sample.labels)) fate = 'may';
    else if (moment.missing.some((range) => contains(range, sample.timeMs))) fate = 'may';
    else if (sample.mayBeLost) fate = 'may be lost';
    for (const deletion of this.deletions) {
      if (deletion.tenant !== tenant || !contains(deletion.range, sample.timeMs)) continue;
      if (!deletion.selectors.some((matchers) => matchesAll(matchers, (name) => sample.labels.get(name)))) continue;
      if (record.offset !== null && record.offset >= deletion.reachedTo) continue;
      const holds = deletion.answeredAt !== null && deletion.answeredAt <= moment.askedAt && !deletion.mayBeForgotten;
      if (holds && record.offset !== null && record.offset < deletion.logEnd) return 'gone';
      fate = 'may';
    }
    return fate;
  }
}

function isSameEpoch(a: RecordHead, b: RecordHead): boolean {
  return a.producer === b.producer && a.epoch === b.epoch;
}
