import type { AlertRow, AlertState, LabelSet, TransitionRow } from '@tidemark/rpc';

/**
 * What each alert instance was, over a range, as stretches. A transition is an edge: before the first one that is known the
 * instance was what it came from, after the last one it is what it went to. Stretches of `inactive` and `resolved` are gaps.
 */
export interface TimelineRow {
  readonly key: string;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly labels: LabelSet;
  readonly stretches: readonly Stretch[];
}

export interface Stretch {
  readonly state: 'pending' | 'firing';
  /** Within the range. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Of the transition into it; null when that lies before what is known. */
  readonly value: number | null;
}

export interface TimelineRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * `transitions` in any order; `active` adds the instances that did not change within what is known. Nothing is drawn after
 * `nowMs`: nobody knows it yet.
 */
export function timelineRows(
  transitions: readonly TransitionRow[],
  active: readonly AlertRow[],
  range: TimelineRange,
  nowMs: number,
): readonly TimelineRow[] {
  const endMs = Math.min(range.toMs, nowMs);
  const byKey = new Map<string, TransitionRow[]>();
  for (const transition of transitions) {
    const key = keyOf(transition);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [transition]);
    else known.push(transition);
  }
  const rows: TimelineRow[] = [];
  for (const [key, edges] of byKey) {
    edges.sort((a, b) => a.atMs - b.atMs);
    const { ruleId, ruleName, labels } = edges[0];
    rows.push({ key, ruleId, ruleName, labels, stretches: stretchesOf(edges, range.fromMs, endMs) });
  }
  for (const alert of active) {
    if (byKey.has(keyOf(alert)) || alert.state === 'resolved') continue;
    const { ruleId, ruleName, labels } = alert;
    rows.push({ key: keyOf(alert), ruleId, ruleName, labels, stretches: stretchesSince(alert, range.fromMs, endMs) });
  }
  return rows.filter((row) => row.stretches.length > 0).sort(byRuleThenBegin);
}

function stretchesOf(edges: readonly TransitionRow[], fromMs: number, toMs: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  push(stretches, edges[0].from, fromMs, Math.min(edges[0].atMs, toMs), null);
  edges.forEach((edge, at) => {
    const until = edges[at + 1]?.atMs ?? toMs;
    push(stretches, edge.to, Math.max(edge.atMs, fromMs), Math.min(until, toMs), edge.value);
  });
  return stretches;
}

function stretchesSince(alert: AlertRow, fromMs: number, toMs: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  const firingAtMs = alert.firingSinceMs ?? toMs;
  push(stretches, 'pending', Math.max(alert.activeSinceMs, fromMs), Math.min(firingAtMs, toMs), null);
  push(stretches, 'firing', Math.max(firingAtMs, fromMs), toMs, alert.value);
  return stretches;
}

function push(stretches: Stretch[], state: AlertState | 'inactive', fromMs: number, toMs: number, value: number | null): void {
  if (fromMs < toMs && (state === 'pending' || state === 'firing')) stretches.push({ state, fromMs, toMs, value });
}

function keyOf(of: { readonly ruleId: string; readonly fingerprint: string }): string {
  return `${of.ruleId} ${of.fingerprint}`;
}

function byRuleThenBegin(a: TimelineRow, b: TimelineRow): number {
  return a.ruleName.localeCompare(b.ruleName, 'en') || a.stretches[0].fromMs - b.stretches[0].fromMs || (a.key < b.key ? -1 : 1);
}

/**
 * From when on `transitions` tell everything: the server gives the newest `limit` of them, and what was before the oldest of a
 * cut answer is not known.
 */
export function knownSince(transitions: readonly TransitionRow[], limit: number): number {
  return transitions.length < limit ? Number.NEGATIVE_INFINITY : Math.min(...transitions.map((transition) => transition.atMs));
}
