import type { Millis } from '@tidemark/base';
import type { LogExtent } from '@tidemark/log';
import type { Lacking, LeafTrace, Note } from '@tidemark/promql';
import type { EngineStats } from '@tidemark/tsdb';
import type { MatchOperator, TimeRange } from '@tidemark/tsdb/model';
import type { RolledColumns } from '@tidemark/tsdb/rollup';
import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import type { PlainRules } from '../retention/retention-config.ts';
import type { Tally } from '../status/sample-tally.ts';
import type { EncodedError } from './channel/errors.ts';
import type { PackedColumns } from './codec/packed-series.ts';

/** What the main thread and a partition thread say to each other: plain values. */

export interface PlainMatcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

/** A part from each partition of the thread. */
export interface LeafReply {
  readonly parts: readonly PlainPart[];
  /** What it has used of its budget. */
  readonly samples: number;
  readonly series: number;
}

/** What there is nothing of is missing. */
export interface PlainPart {
  readonly columns?: PackedColumns;
  readonly notes?: readonly Note[];
  readonly lacking?: Lacking;
  /** Of a leaf that is traced. */
  readonly trace?: LeafTrace;
  /** Of the samples that were looked at. */
  readonly newestMs: Millis | null;
}

export interface PlainSelect {
  readonly tenant: string;
  readonly matchers: readonly PlainMatcher[];
  readonly range: TimeRange;
  readonly newestOnly?: boolean;
  readonly except?: ReadonlySet<string>;
}

export interface PlainRolled {
  readonly tenant: string;
  readonly matchers: readonly PlainMatcher[];
  readonly range: TimeRange;
  readonly widthMs: Millis;
  readonly leavesOutSlow?: boolean;
}

/** By series. */
export interface RolledReply {
  /** By their numbers. */
  readonly labels: Uint32Array;
  readonly windows: readonly RolledColumns[];
}

/** Of `labelValues` with a label's name, of the others without. */
export interface PlainListing {
  readonly tenant: string;
  readonly matchers: readonly PlainMatcher[];
  readonly range: TimeRange;
  readonly name?: string;
}

export interface PlainExemplarQuestion {
  readonly tenant: string;
  readonly selectors: readonly (readonly PlainMatcher[])[];
  readonly range: TimeRange;
}

export interface PlainExemplar {
  /** Name, value, name, value … */
  readonly series: readonly string[];
  readonly labels: readonly string[];
  readonly timeMs: Millis;
  readonly value: number;
}

export interface PlainDeletion {
  readonly tenant: string;
  readonly selectors: readonly (readonly PlainMatcher[])[];
  readonly range: TimeRange;
}

export interface PlainRetentionQuestion {
  readonly atMs: Millis;
  /** For all partitions; null for those that hold. */
  readonly rules: PlainRules | null;
  readonly partitionsAll: number;
}

export interface PlainRestore {
  readonly tenant: string;
  readonly range: TimeRange;
  readonly days: number;
}

export interface ConsumerStatus extends LogExtent {
  readonly partition: number;
  readonly position: number;
  readonly lagMs: Millis;
  readonly damaged: number;
}

/** How far a partition has consumed its log. */
export interface PartitionProgress {
  readonly partition: number;
  readonly consumedToMs: Millis;
  readonly replayed: boolean;
  readonly notReady: string | null;
}

export interface GroupReport {
  readonly tally: Tally;
  readonly partitions: readonly { readonly status: ConsumerStatus; readonly stats: EngineStats }[];
}

export type MetricsReport = readonly MetricObjectWithValues<MetricValue<string>>[];

/** What a thread tells by itself. */
export type GroupEvent =
  | { readonly kind: 'opened' }
  | { readonly kind: 'progress'; readonly partitions: readonly PartitionProgress[] }
  | { readonly kind: 'failed'; readonly error: EncodedError };
