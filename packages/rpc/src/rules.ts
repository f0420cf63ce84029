import { z } from 'zod';
import type { SaveResult } from './dashboards.ts';
import { LabelSet, type QueryProblem } from './query.ts';

export const RuleDraft = z.object({
  /** Empty for a new rule. */
  id: z.string().max(64).default(''),
  name: z.string().trim().min(1).max(200),
  expr: z.string().min(1).max(100_000),
  forMs: z.number().int().min(0).default(0),
  keepFiringForMs: z.number().int().min(0).default(0),
  labels: LabelSet.default({}),
  /** Values are templates: `{{ $labels.instance }}`, `{{ $value }}`. */
  annotations: LabelSet.default({}),
  enabled: z.boolean().default(true),
  version: z.number().int().min(0).default(0),
});
export type RuleDraft = z.infer<typeof RuleDraft>;

export interface Rule extends RuleDraft {
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** `unknown`: not evaluated yet. `error`: the last evaluation failed, `lastError` says why. */
export type RuleState = 'inactive' | 'pending' | 'firing' | 'error' | 'unknown' | 'disabled';

export interface RuleRow extends Rule {
  readonly state: RuleState;
  readonly pendingCount: number;
  readonly firingCount: number;
  readonly lastError: string | null;
  readonly lastEvaluatedAtMs: number | null;
  readonly evaluationMs: number | null;
}

export type RulePreview =
  | { readonly kind: 'problem'; readonly problem: QueryProblem }
  | {
      readonly kind: 'preview';
      /** What the expression gives now, rendered as it would be sent. At most 100. */
      readonly instances: readonly { readonly labels: LabelSet; readonly annotations: LabelSet; readonly value: number }[];
      readonly total: number;
      /** The comparison at the expression's root, to draw on the data; null where there is none. */
      readonly threshold: { readonly expr: string; readonly operator: string; readonly value: number } | null;
    };

export interface RulePort {
  list(tenant: string): Promise<readonly RuleRow[]>;
  get(tenant: string, id: string): Promise<RuleRow | null>;
  preview(tenant: string, draft: RuleDraft): Promise<RulePreview>;
  save(tenant: string, draft: RuleDraft): Promise<SaveResult<Rule>>;
  remove(tenant: string, id: string): Promise<boolean>;
}
