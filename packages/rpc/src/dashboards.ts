import { z } from 'zod';

export const PanelQuery = z.object({
  expr: z.string().max(100_000),
  /** `{{label}}` is replaced; empty: the labels that tell the series apart. */
  legend: z.string().max(500).default(''),
});
export type PanelQuery = z.infer<typeof PanelQuery>;

export const Threshold = z.object({ value: z.number(), state: z.enum(['ok', 'warning', 'critical']) });
export type Threshold = z.infer<typeof Threshold>;

export const UNITS = [
  'none',
  'percent',
  'ratio',
  'bytes',
  'bytes_per_second',
  'bits_per_second',
  'seconds',
  'milliseconds',
  'hertz',
  'per_second',
  'celsius',
  'count',
] as const;
export type Unit = (typeof UNITS)[number];

export const Panel = z.object({
  id: z.string().min(1).max(64),
  title: z.string().max(200),
  kind: z.enum(['timeseries', 'stat', 'table', 'text']),
  queries: z.array(PanelQuery).max(20),
  unit: z.enum(UNITS).default('none'),
  decimals: z.number().int().min(0).max(9).nullable().default(null),
  min: z.number().nullable().default(null),
  max: z.number().nullable().default(null),
  stacked: z.boolean().default(false),
  thresholds: z.array(Threshold).max(10).default([]),
  /** What a panel of the kind `text` says, as Markdown. */
  text: z.string().max(20_000).default(''),
  /** What any other says where its metrics are known and its expressions give nothing. */
  emptyText: z.string().max(200).default(''),
  /** On a grid of 24 columns; `h` in rows of 32 px. */
  grid: z.object({
    x: z.number().int().min(0),
    y: z.number().int().min(0),
    w: z.number().int().min(1).max(24),
    h: z.number().int().min(1),
  }),
});
export type Panel = z.infer<typeof Panel>;

/**
 * In a panel's expressions the web replaces `$__interval` with the query's step and `$__rate_interval` with the range
 * that a rate needs at that step, `max(4 s, 2 × step)`: four samples of what is collected each second.
 */
export const DashboardDraft = z.object({
  id: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[a-z0-9-]+$/, 'lower-case letters, digits and dashes'),
  title: z.string().trim().min(1).max(200),
  description: z.string().max(2000).default(''),
  tags: z.array(z.string().min(1).max(50)).max(20).default([]),
  panels: z.array(Panel).max(200),
  /** The version that was edited; 0 for a new dashboard. */
  version: z.number().int().min(0),
});
export type DashboardDraft = z.infer<typeof DashboardDraft>;

export interface Dashboard extends DashboardDraft {
  readonly updatedAtMs: number;
  /** Comes with Tidemark: can be changed and reset, not removed. */
  readonly builtin: boolean;
}

export interface DashboardRow {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly panelCount: number;
  readonly updatedAtMs: number;
  readonly builtin: boolean;
}

export type SaveResult<T> =
  | { readonly kind: 'saved'; readonly value: T }
  /** Somebody saved a newer version meanwhile. */
  | { readonly kind: 'conflict'; readonly version: number }
  | { readonly kind: 'refused'; readonly message: string };

export interface DashboardPort {
  list(tenant: string): Promise<readonly DashboardRow[]>;
  get(tenant: string, id: string): Promise<Dashboard | null>;
  save(tenant: string, draft: DashboardDraft): Promise<SaveResult<Dashboard>>;
  /** False when there is none, or when it is built in. */
  remove(tenant: string, id: string): Promise<boolean>;
}
