'use client';

import type { Panel, QueryProblem } from '@tidemark/rpc';
import { useMemo, useState } from 'react';
import type { Frame } from '../../lib/frame.ts';
import { combineStatus, type QueryStatus, type QueryView } from '../../lib/query-view.ts';
import { chooseStepMs } from '../../lib/time-range/step.ts';
import { useTimeRange } from '../../lib/time-range/use-time-range.ts';
import { useLiveQueries } from '../../lib/use-live-query.ts';
import { useSameArray } from '../../lib/use-same-array.ts';
import { NameCache, panelFrame } from './panel-view.ts';
import { replacePlaceholders } from './placeholders.ts';

export interface PanelData {
  readonly status: QueryStatus;
  readonly views: readonly QueryView[];
  readonly frame: Frame | null;
  readonly problem: QueryProblem | null;
  readonly refreshing: boolean;
  readonly updatedAtMs: number | null;
  readonly stepMs: number;
}

/** Small panels get as many points as middle-sized ones: a live figure should move each second. */
const WIDTH_MIN_PX = 460;

/** `widthPx` 0: not known yet; `enabled` false: off screen. Both ask for nothing. */
export function usePanelData(panel: Panel, widthPx: number, enabled: boolean): PanelData {
  const { resolved, live } = useTimeRange();
  // Rounded, so that a resize by some pixels asks for nothing new.
  const width = widthPx === 0 ? 0 : Math.max(WIDTH_MIN_PX, Math.ceil(widthPx / 100) * 100);
  const stepMs = chooseStepMs(resolved, width);
  const views = useLiveQueries(
    panel.queries.map(({ expr }) => ({
      expr: replacePlaceholders(expr, { stepMs, rangeMs: resolved.toMs - resolved.fromMs }),
      range: resolved,
      widthPx: width,
      live,
      enabled,
      spread: panel.kind === 'timeseries' && !panel.stacked,
    })),
  );
  const [names] = useState(() => new NameCache());
  const frames = useSameArray(views.map(({ frame }) => frame));
  const frame = useMemo(() => panelFrame(panel, frames, names), [panel, names, frames]);
  return {
    status: combineStatus(views),
    views,
    frame,
    problem: views.find((view) => view.problem !== null)?.problem ?? null,
    refreshing: views.some((view) => view.refreshing),
    updatedAtMs: views.reduce<number | null>((latest, view) => Math.max(latest ?? 0, view.updatedAtMs ?? 0) || null, null),
    stepMs,
  };
}
