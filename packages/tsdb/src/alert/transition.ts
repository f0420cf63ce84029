import { type Millis, unreachable } from '@tidemark/base';
import { RESOLVED_KEPT_MS } from './limits.ts';

/**
 * The life of one alert instance, told by one evaluation after the other.
 *
 *   (none) ──active──▶ pending ──held for `forMs`──▶ firing ──quiet for `keepFiringForMs`──▶ resolved ──old──▶ (none)
 *                         │                                                                      │
 *                         └──quiet──▶ (none)                             pending, firing ◀──active┘
 *
 * Without `forMs` an active instance fires at once. Times are those of the evaluations, never of a clock.
 */
export type InstanceState =
  | { readonly state: 'pending'; readonly activeSinceMs: Millis }
  /** `quietSinceMs`: the first evaluation that no longer saw it; null while it is active. */
  | { readonly state: 'firing'; readonly activeSinceMs: Millis; readonly firingSinceMs: Millis; readonly quietSinceMs: Millis | null }
  | { readonly state: 'resolved'; readonly activeSinceMs: Millis; readonly firingSinceMs: Millis; readonly resolvedAtMs: Millis };

export interface Timing {
  /** Active for this long before it fires. */
  readonly forMs: Millis;
  /** Quiet for this long before it is resolved. */
  readonly keepFiringForMs: Millis;
}

/**
 * What one evaluation does to one instance. `null` means that there is none, before or after.
 * Gives `was` itself when nothing changes.
 */
export function step(was: InstanceState | null, active: boolean, timing: Timing, now: Millis): InstanceState | null {
  if (was === null) return active ? begin(timing, now) : null;
  switch (was.state) {
    case 'pending':
      return active ? fireIfHeld(was, timing, now) : null;
    case 'firing':
      return active ? stillActive(was) : resolveIfQuiet(was, timing, now);
    case 'resolved':
      return active ? begin(timing, now) : forgetIfOld(was, now);
    default:
      return unreachable(was);
  }
}

type Pending = Extract<InstanceState, { state: 'pending' }>;
type Firing = Extract<InstanceState, { state: 'firing' }>;
type Resolved = Extract<InstanceState, { state: 'resolved' }>;

function begin(timing: Timing, now: Millis): InstanceState {
  return fireIfHeld({ state: 'pending', activeSinceMs: now }, timing, now);
}

function fireIfHeld(was: Pending, { forMs }: Timing, now: Millis): InstanceState {
  const { activeSinceMs } = was;
  return now - activeSinceMs < forMs ? was : { state: 'firing', activeSinceMs, firingSinceMs: now, quietSinceMs: null };
}

function stillActive(was: Firing): InstanceState {
  return was.quietSinceMs === null ? was : { ...was, quietSinceMs: null };
}

function resolveIfQuiet(was: Firing, { keepFiringForMs }: Timing, now: Millis): InstanceState {
  const quietSinceMs = was.quietSinceMs ?? now;
  if (now - quietSinceMs < keepFiringForMs) return was.quietSinceMs === null ? { ...was, quietSinceMs } : was;
  const { activeSinceMs, firingSinceMs } = was;
  return { state: 'resolved', activeSinceMs, firingSinceMs, resolvedAtMs: now };
}

function forgetIfOld(was: Resolved, now: Millis): InstanceState | null {
  return now - was.resolvedAtMs < RESOLVED_KEPT_MS ? was : null;
}
