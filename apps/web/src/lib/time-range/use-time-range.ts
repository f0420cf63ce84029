'use client';

import { useMemo, useSyncExternalStore } from 'react';
import { useUrl } from '../use-url.ts';
import { timeZoneOf, type Zone } from './civil.ts';
import { followsNow, type ResolvedRange, resolveRange, sameRange, shifted, type TimeRange, zoomedOut } from './range.ts';
import { timeStore } from './time-store.ts';
import { readTimeView, type TimeView, writeTimeView } from './url.ts';

export interface TimeRangeState {
  readonly range: TimeRange;
  readonly resolved: ResolvedRange;
  readonly live: boolean;
  /** Whether the range ends now, so that it can be live. */
  readonly canBeLive: boolean;
  readonly zone: Zone;
  readonly refreshMs: number;
  readonly setRange: (range: TimeRange) => void;
  readonly setLive: (live: boolean) => void;
  readonly setZone: (zone: Zone) => void;
  readonly setRefresh: (refreshMs: number) => void;
  /** Asks for everything again, up to now. */
  readonly refresh: () => void;
  readonly zoomOut: () => void;
  readonly shift: (direction: -1 | 1) => void;
  /** To the range before; false when there is none. */
  readonly back: () => boolean;
}

/** The range of the whole page; its state is the address. Needs a Suspense boundary above, as everything that reads the address. */
export function useTimeRange(): TimeRangeState {
  const { params, write } = useUrl();
  const store = useSyncExternalStore(timeStore.subscribe, timeStore.get, timeStore.get);
  const query = params.toString();

  return useMemo(() => {
    const view = readTimeView(new URLSearchParams(query));
    const zone = view.zone ?? store.zone;
    const resolved = resolveRange(view.range, store.nowMs, timeZoneOf(zone));
    const show = (next: Partial<TimeView>) => {
      timeStore.refresh();
      write((current) => writeTimeView(current, { ...readTimeView(current), ...next }));
    };
    const setRange = (range: TimeRange) => {
      if (sameRange(range, view.range)) return timeStore.refresh();
      timeStore.remember(view.range);
      show({ range, live: followsNow(range) });
    };
    return {
      range: view.range,
      resolved,
      live: view.live,
      canBeLive: followsNow(view.range),
      zone,
      refreshMs: store.refreshMs,
      setRange,
      setLive: (live) => show({ live }),
      setZone: (next) => {
        timeStore.setZone(next);
        if (view.zone !== null) write((current) => writeTimeView(current, { ...readTimeView(current), zone: next }), 'replace');
      },
      setRefresh: timeStore.setRefresh,
      refresh: timeStore.refresh,
      zoomOut: () => setRange(zoomedOut(resolved)),
      shift: (direction) => setRange(shifted(resolved, direction)),
      back: () => {
        const range = timeStore.takeBack();
        if (range === null) return false;
        show({ range, live: followsNow(range) });
        return true;
      },
    };
  }, [query, store, write]);
}
