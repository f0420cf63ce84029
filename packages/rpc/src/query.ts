import { z } from 'zod';

/** Queries as columns: values travel as base64 of a little-endian Float64Array; NaN is "no point". */
export const LabelSet = z.record(z.string(), z.string());
export type LabelSet = z.infer<typeof LabelSet>;

/** What a query is to be answered from: the best by itself, or this alone. */
export const Resolution = z.enum(['auto', 'raw', '1m', '5m', '1h', '1d']);
export type Resolution = z.infer<typeof Resolution>;

export const RangeQuery = z.object({
  expr: z.string().max(100_000),
  startMs: z.number().int(),
  endMs: z.number().int(),
  stepMs: z.number().int().min(1),
  resolution: Resolution.optional(),
  /** Of a selector also what lies between the steps. */
  spread: z.boolean().optional(),
});
export type RangeQuery = z.infer<typeof RangeQuery>;

export const InstantQuery = z.object({ expr: z.string().max(100_000), atMs: z.number().int(), resolution: Resolution.optional() });
export type InstantQuery = z.infer<typeof InstantQuery>;

export interface EncodedSeries {
  readonly labels: LabelSet;
  readonly values: string;
  /** Of all samples since the point before. */
  readonly spread?: { readonly min: string; readonly max: string; readonly avg: string };
}

export interface EncodedMatrix {
  readonly startMs: number;
  readonly stepMs: number;
  /** Points in each series: startMs + i * stepMs for i in [0, count). */
  readonly count: number;
  readonly series: readonly EncodedSeries[];
}

/** A mistake in an expression, or the end of a query, in words for the reader. Positions are UTF-16 offsets. */
export interface QueryProblem {
  readonly kind: 'bad_expression' | 'execution' | 'timeout' | 'canceled' | 'too_large' | 'unavailable';
  readonly message: string;
  readonly from?: number;
  readonly to?: number;
}

/** What a stretch of an answer is made of. */
export interface Stretch {
  /** The first and the last of its points. */
  readonly fromMs: number;
  readonly toMs: number;
  /** The width of the windows that samples were rolled up into; 0: raw samples. */
  readonly resolutionMs: number;
  readonly class: 'exact' | 'bounded' | 'approximate' | 'impossible';
  /** The greatest share by which a function is off; null where none can be stated. */
  readonly error: number | null;
  /** So many series, counted at each selector, are made of raw samples all the same: their windows do not answer. */
  readonly seriesFromRaw?: number;
}

export interface QueryCost {
  readonly elapsedMs: number;
  readonly series: number;
  /** That were loaded, and the points that were made of them. */
  readonly samples: number;
}

export type RangeResult =
  | {
      readonly kind: 'matrix';
      readonly matrix: EncodedMatrix;
      readonly notes: readonly string[];
      readonly cost: QueryCost;
      readonly stretches: readonly Stretch[];
    }
  | { readonly kind: 'problem'; readonly problem: QueryProblem };

export interface InstantRow {
  readonly labels: LabelSet;
  readonly atMs: number;
  /** Of a native histogram how many observations it has. */
  readonly value: string;
  readonly histogram?: InstantHistogram;
}

/** A native histogram as it is shown. */
export interface InstantHistogram {
  readonly count: string;
  readonly sum: string;
  readonly quantiles: readonly { readonly share: number; readonly value: string }[];
  /** By bucket, from the lowest to the highest. */
  readonly counts: readonly number[];
}

export type InstantResult =
  | {
      readonly kind: 'vector' | 'scalar' | 'string' | 'matrix';
      readonly rows: readonly InstantRow[];
      readonly notes: readonly string[];
      readonly cost: QueryCost;
      readonly stretches: readonly Stretch[];
    }
  | { readonly kind: 'problem'; readonly problem: QueryProblem };

export interface MetricRow {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

/** A query after it has run, node by node. Figures of a node hold what lies below it too. */
export interface ExplainNode {
  readonly title: string;
  /** Its place in the expression. */
  readonly from: number;
  readonly to: number;
  /**
   * `root`: where the parts come together. `leaf`: asked of all partitions, which answer it from their own series. `in leaf`: there, as a
   * part of the leaf above. `in one pass`: as a part of the node above, without time of its own.
   */
  readonly where: 'root' | 'leaf' | 'in leaf' | 'in one pass';
  /** Of a leaf as long as it was waited for; within one the work of all partitions together. */
  readonly elapsedMs: number | null;
  /** That were read. */
  readonly series: number | null;
  /** That were loaded, and the points that were made of them. */
  readonly samples: number | null;
  /** Series that it gave. */
  readonly given: number | null;
  /** The windows that were looked at; 0: raw samples. */
  readonly widthsMs: readonly number[];
  /** Of a leaf, by partition. */
  readonly places: readonly ExplainPlace[];
  readonly children: readonly ExplainNode[];
}

export interface ExplainPlace {
  readonly place: string;
  readonly elapsedMs: number;
  readonly series: number;
  readonly samples: number;
  readonly given: number;
  /** Of the columns that came back. */
  readonly bytes: number;
}

export type ExplainResult =
  | {
      readonly kind: 'explained';
      readonly root: ExplainNode;
      readonly notes: readonly string[];
      readonly cost: QueryCost;
      readonly stretches: readonly Stretch[];
    }
  | { readonly kind: 'problem'; readonly problem: QueryProblem };

/** One query that the live stream keeps current: from `startMs` on, a point each `stepMs`. */
export const LiveQuery = z.object({
  id: z.string().max(200),
  expr: z.string().max(100_000),
  /** Points from here on are sent; earlier ones the client has. A multiple of `stepMs`. */
  fromMs: z.number().int(),
  stepMs: z.number().int().min(1000),
});
export type LiveQuery = z.infer<typeof LiveQuery>;

/** What one tick brings: for each query, the points since the last tick (none when its step is not over). */
export interface LiveTick {
  /** All samples accepted until here are in. */
  readonly watermarkMs: number;
  readonly results: readonly { readonly id: string; readonly result: RangeResult }[];
}

export const Completion = z.object({
  kind: z.enum(['metric', 'label_name', 'label_value']),
  prefix: z.string().max(1000),
  metric: z.string().max(1000).optional(),
  label: z.string().max(1000).optional(),
});
export type Completion = z.infer<typeof Completion>;

export interface QueryPort {
  range(tenant: string, query: RangeQuery, signal?: AbortSignal): Promise<RangeResult>;
  instant(tenant: string, query: InstantQuery, signal?: AbortSignal): Promise<InstantResult>;
  /** Runs it, and tells where its time went. Of one instant when start and end are the same. */
  explain(tenant: string, query: RangeQuery, signal?: AbortSignal): Promise<ExplainResult>;
  /** At most 100, best first. */
  complete(tenant: string, request: Completion): Promise<readonly MetricRow[]>;
  metrics(tenant: string, search: string): Promise<readonly MetricRow[]>;
  /** Ticks until `signal` aborts, one each second. */
  live(tenant: string, queries: readonly LiveQuery[], signal: AbortSignal): AsyncIterable<LiveTick>;
}
