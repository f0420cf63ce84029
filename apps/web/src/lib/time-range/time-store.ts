/**
 * What of the time range is not in the address: the moment that "now" means, the way back, and the reader's own zone.
 * One for each tab. "Now" moves when the range changes, at a refresh, and when live mode starts; between, it stands still, so that
 * all panels of a page ask for the same points.
 */
import { UNDO_STEPS_MAX } from '../limits.ts';
import type { Zone } from './civil.ts';
import type { TimeRange } from './range.ts';

export interface TimeState {
  readonly nowMs: number;
  readonly history: readonly TimeRange[];
  readonly zone: Zone;
  /** 0: only by hand. Without effect while live. */
  readonly refreshMs: number;
}

const ZONE_KEY = 'tidemark.zone';
const listeners = new Set<() => void>();
let state: TimeState = { nowMs: 0, history: [], zone: 'local', refreshMs: 0 };

export const timeStore = {
  get: (): TimeState => state,

  /** For whoever shows a time but not the range: it does not change when "now" moves. */
  getZone: (): Zone => state.zone,

  subscribe(listener: () => void): () => void {
    if (state.nowMs === 0) change({ nowMs: Date.now(), zone: readZone() });
    listeners.add(listener);
    return () => listeners.delete(listener);
  },

  refresh(): void {
    change({ nowMs: Date.now() });
  },

  remember(range: TimeRange): void {
    change({ history: [...state.history, range].slice(-UNDO_STEPS_MAX) });
  },

  /** The range before the last change, or null. */
  takeBack(): TimeRange | null {
    const last = state.history.at(-1) ?? null;
    if (last !== null) change({ history: state.history.slice(0, -1) });
    return last;
  },

  setZone(zone: Zone): void {
    localStorage.setItem(ZONE_KEY, zone);
    change({ zone });
  },

  setRefresh(refreshMs: number): void {
    change({ refreshMs });
  },
};

function change(next: Partial<TimeState>): void {
  state = { ...state, ...next };
  for (const listener of listeners) listener();
}

function readZone(): Zone {
  return localStorage.getItem(ZONE_KEY) === 'utc' ? 'utc' : 'local';
}
