import { z } from 'zod';
import type { LabelSet } from './query.ts';

export type AlertState = 'pending' | 'firing' | 'resolved';

export interface AlertRow {
  readonly ruleId: string;
  readonly ruleName: string;
  /** Of the labels; with `ruleId` it names the instance. */
  readonly fingerprint: string;
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  readonly state: AlertState;
  readonly value: number;
  readonly activeSinceMs: number;
  readonly firingSinceMs: number | null;
  readonly resolvedAtMs: number | null;
}

export interface TransitionRow {
  readonly atMs: number;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly fingerprint: string;
  readonly labels: LabelSet;
  readonly from: AlertState | 'inactive';
  readonly to: AlertState | 'inactive';
  readonly value: number;
}

export interface NotificationRow {
  readonly id: string;
  readonly receiverName: string;
  readonly receiverKind: string;
  readonly status: 'firing' | 'resolved';
  readonly groupLabels: LabelSet;
  readonly alertCount: number;
  readonly outcome: 'waiting' | 'sent' | 'retrying' | 'failed';
  readonly attempts: number;
  readonly error: string | null;
  /** The newest sample behind it, its evaluation, its first dispatch, its acceptance by the receiver. */
  readonly sampleAtMs: number;
  readonly evaluatedAtMs: number;
  readonly dispatchedAtMs: number | null;
  readonly deliveredAtMs: number | null;
}

export const HistoryFilter = z.object({
  ruleId: z.string().optional(),
  fingerprint: z.string().optional(),
  beforeMs: z.number().optional(),
  limit: z.number().int().min(1).max(500).default(100),
});
export type HistoryFilter = z.infer<typeof HistoryFilter>;

export interface AlertPort {
  /** Pending, firing and lately resolved instances. */
  active(tenant: string): Promise<readonly AlertRow[]>;
  /** Newest first. */
  history(tenant: string, filter: HistoryFilter): Promise<readonly TransitionRow[]>;
  notifications(tenant: string, filter: HistoryFilter): Promise<readonly NotificationRow[]>;
}
