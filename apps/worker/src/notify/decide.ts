import type { Millis } from '@tidemark/base';
import type { LedgerAlert } from '@tidemark/db';
import type { Receiver } from '@tidemark/rpc';
import { FAILED_AGAIN_MS, FAILED_END_MS } from './limits.ts';

/**
 * Is it time to say something about a group, and what? A function of the group's alerts, of what was said last, and of
 * the tick's time, so that a restart decides as if there had been none.
 *
 *   never said, or all was resolved   `groupWaitMs` after the first alert fired
 *   a firing or resolved alert is new `groupIntervalMs` after the last message, however often they change meanwhile
 *   nothing is new, some fire         `repeatIntervalMs` after the last message
 *   the last message failed           as if all of it were new, not faster than `FAILED_AGAIN_MS`
 */
export type GroupTiming = Pick<Receiver, 'groupWaitMs' | 'groupIntervalMs' | 'repeatIntervalMs' | 'sendResolved'>;

export interface LastMessage {
  readonly atMs: Millis;
  readonly alerts: readonly LedgerAlert[];
  readonly failed: boolean;
}

/** The message's alerts, firing ones first; null when nothing is to be said now. `alerts`: firing and lately resolved ones. */
export function decide(
  alerts: readonly LedgerAlert[],
  last: LastMessage | null,
  timing: GroupTiming,
  atMs: Millis,
): readonly LedgerAlert[] | null {
  const firing = alerts.filter(isFiring);
  if (last === null) return firing.length > 0 && hasWaited(firing, timing, atMs) ? firing : null;
  const { sendResolved } = timing;
  const resolved = sendResolved ? resolvedSince(last, alerts, atMs) : [];
  const message = [...firing, ...resolved];
  if (message.length === 0) return null;

  const sinceMs = atMs - last.atMs;
  if (firing.length > 0 && sinceMs >= timing.repeatIntervalMs) return message;
  const saidFiring = last.alerts.filter(isFiring);
  const said = new Set(saidFiring.map((alert) => episodeOf(alert, sendResolved)));
  const isNew = last.failed || resolved.length > 0 || firing.some((alert) => !said.has(episodeOf(alert, sendResolved)));
  const intervalMs = last.failed ? Math.max(timing.groupIntervalMs, FAILED_AGAIN_MS) : timing.groupIntervalMs;
  if (!isNew || sinceMs < intervalMs) return null;
  return saidFiring.length > 0 || resolved.length > 0 || hasWaited(firing, timing, atMs) ? message : null;
}

/** Told as firing and firing no more. One that is forgotten meanwhile is resolved as well: what was opened is closed. */
function resolvedSince(last: LastMessage, alerts: readonly LedgerAlert[], atMs: Millis): LedgerAlert[] {
  const now = new Map(alerts.map((alert) => [keyOf(alert), alert]));
  const untold = (alert: LedgerAlert) => last.failed && atMs - (alert.endsAtMs ?? atMs) < FAILED_END_MS;
  return last.alerts
    .filter((alert) => isFiring(alert) || untold(alert))
    .filter((alert) => now.get(keyOf(alert))?.status !== 'firing')
    .map((alert) => now.get(keyOf(alert)) ?? { ...alert, status: 'resolved', endsAtMs: alert.endsAtMs ?? atMs });
}

/**
 * What makes an alert the one that was told. Whoever is told of its end need not hear that it ended and began again
 * between two messages; whoever is not must hear of each beginning.
 */
function episodeOf(alert: LedgerAlert, sendResolved: boolean): string {
  return sendResolved ? keyOf(alert) : `${keyOf(alert)}/${alert.startsAtMs}`;
}

function hasWaited(firing: readonly LedgerAlert[], { groupWaitMs }: GroupTiming, atMs: Millis): boolean {
  return atMs - firing.reduce((first, { startsAtMs }) => Math.min(first, startsAtMs), atMs) >= groupWaitMs;
}

const isFiring = (alert: LedgerAlert) => alert.status === 'firing';
const keyOf = ({ ruleId, fingerprint }: LedgerAlert) => `${ruleId}/${fingerprint}`;
