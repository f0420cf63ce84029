import type { NotificationRow } from '@tidemark/rpc';

/** How long a notification took, from the newest sample behind it to the receiver's acceptance, and where the time went. */
export interface Delivery {
  readonly totalMs: number;
  readonly evaluatedMs: number;
  readonly dispatchedMs: number;
  readonly acceptedMs: number;
}

/** Null until it was delivered. Clocks of other machines may run ahead: nothing takes less than no time. */
export function deliveryOf(row: NotificationRow): Delivery | null {
  if (row.deliveredAtMs === null || row.dispatchedAtMs === null) return null;
  const since = (fromMs: number, toMs: number) => Math.max(0, toMs - fromMs);
  return {
    totalMs: since(row.sampleAtMs, row.deliveredAtMs),
    evaluatedMs: since(row.sampleAtMs, row.evaluatedAtMs),
    dispatchedMs: since(row.evaluatedAtMs, row.dispatchedAtMs),
    acceptedMs: since(row.dispatchedAtMs, row.deliveredAtMs),
  };
}
