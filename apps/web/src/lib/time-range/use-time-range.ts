'use client';

import { useMemo, useSyncExternalStore } from 'react';
import { useUrl } from '../use-url.ts';
import { timeZoneOf, type Zone } from './civil.ts';
import { followsNow, type ResolvedRange, resolveRange, sameRange, shifted, type TimeRange, zoomedOut } from './range.ts';
import { type TimeState, timeStore } from './time-store.ts';
import { readTimeView, type TimeView, writeTimeView } from './url.ts';

export interface TimeActions {
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

export interface TimeRangeState extends TimeActions {
  readonly range: TimeRange;
  readonly resolved: ResolvedRange;
  readonly live: boolean;
  /** Whether the range ends now, so that it can be live. */
  readonly canBeLive: boolean;
  readonly zone: Zone;
  readonly refreshMs: number;
}

/** The range of the whole page; its state is the address. Needs a Suspense boundary above, as everything that reads the address. */
export function useTimeRange(): TimeRangeState {
  const { params } = useUrl();
  const store = useSyncExternalStore(timeStore.subscribe, timeStore.get, timeStore.get);
  const actions = useTimeActions();
  const query = params.toString();

  return useMemo(() => {
    const view = readTimeView(new URLSearchParams(query));
    return {
      range: view.range,
      resolved: resolvedNow(view, store),
      live: view.live,
      canBeLive: followsNow(view.range),
      zone: view.zone ?? store.zone,
      refreshMs: store.refreshMs,
      ...actions,
    };
  }, [query, store, actions]);
}

/** What changes the range: the same functions at each render, for whoever does not show it. They read the address when they are called. */
export function useTimeActions(): TimeActions {
  const { write } = useUrl();
  return useMemo(() => timeActions(write), [write]);
}

/** The zone of the page, without the moment that changes at each refresh. */
export function useZone(): Zone {
  const { params } = useUrl();
  const own = useSyncExternalStore(timeStore.subscribe, timeStore.getZone, timeStore.getZone);
  return readTimeView(params).zone ?? own;
}

function timeActions(write: ReturnType<typeof useUrl>['write']): TimeActions {
  const viewNow = () => readTimeView(new URLSearchParams(window.location.search));
  const show = (next: Partial<TimeView>) => {
    timeStore.refresh();
    write((current) => writeTimeView(current, { ...readTimeView(current), ...next }));
  };
  const setRange = (range: TimeRange) => {
    const { range: before } = viewNow();
    if (sameRange(range, before)) return timeStore.refresh();
    timeStore.remember(before);
    show({ range, live: followsNow(range) });
  };
  return {
    setRange,
    setLive: (live) => show({ live }),
    setZone: (zone) => {
      timeStore.setZone(zone);
      if (viewNow().zone !== null) write((current) => writeTimeView(current, { ...readTimeView(current), zone }), 'replace');
    },
    setRefresh: timeStore.setRefresh,
    refresh: timeStore.refresh,
    zoomOut: () => setRange(zoomedOut(resolvedNow(viewNow(), timeStore.get()))),
    shift: (direction) => setRange(shifted(resolvedNow(viewNow(), timeStore.get()), direction)),
    back: () => {
      const range = timeStore.takeBack();
      if (range === null) return false;
      show({ range, live: followsNow(range) });
      return true;
    },
  };
}

function resolvedNow({ range, zone }: TimeView, { nowMs, zone: own }: TimeState): ResolvedRange {
  return resolveRange(range, nowMs, timeZoneOf(zone ?? own));
}
