'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { labelsText } from '../../lib/frame.ts';
import { dateTimeText } from '../../lib/time-range/describe.ts';
import { useTimeRange } from '../../lib/time-range/use-time-range.ts';
import { useTRPC } from '../../lib/trpc.tsx';
import { durationText } from '../../ui/duration-text.ts';
import { formatText } from '../../ui/format-value.ts';
import { ownLabels } from './own-labels.ts';
import classes from './state-timeline.module.css';
import { knownSince, type Stretch, type TimelineRow, timelineRows } from './timeline-rows.ts';

export interface StateTimelineProps {
  /** Null: of all rules. */
  readonly ruleId: string | null;
}

/** As many as the server gives at once. */
const TRANSITIONS_MAX = 500;

/** More rows are a texture, not information; the notice says how many are left out. */
const ROWS_MAX = 40;

/** A bar for each alert instance over the page's range: hatched while pending, filled while firing. */
export function StateTimeline({ ruleId }: StateTimelineProps) {
  const trpc = useTRPC();
  const active = useQuery({ ...trpc.alerts.active.queryOptions(), refetchInterval: 2000 });
  const { resolved, live, zone } = useTimeRange();
  const history = useQuery({
    ...trpc.alerts.history.queryOptions({
      ...(ruleId !== null && { ruleId }),
      ...(!live && { beforeMs: resolved.toMs }),
      limit: TRANSITIONS_MAX,
    }),
    refetchInterval: 2000,
    placeholderData: keepPreviousData,
  });
  const transitions = history.data;
  const nowMs = active.dataUpdatedAt;
  // Live, the range goes on with what was just asked.
  const shiftMs = live ? Math.max(0, nowMs - resolved.toMs) : 0;
  const fromMs = resolved.fromMs + shiftMs;
  const toMs = resolved.toMs + shiftMs;
  const drawnFromMs = Math.max(fromMs, knownSince(transitions ?? [], TRANSITIONS_MAX));
  const rows = useMemo(() => {
    const here = (active.data ?? []).filter((alert) => ruleId === null || alert.ruleId === ruleId);
    return timelineRows(transitions ?? [], here, { fromMs: drawnFromMs, toMs }, Math.max(nowMs, Date.now()));
  }, [transitions, active.data, ruleId, drawnFromMs, toMs, nowMs]);

  if (transitions === undefined) return null;
  if (rows.length === 0) return <p className={classes.none}>Nothing was pending or firing in this range.</p>;
  return (
    <div className={classes.timeline}>
      {rows.slice(0, ROWS_MAX).map((row) => (
        <div key={row.key} className={classes.row}>
          <div className={classes.name} title={`${row.ruleName} ${labelsText(row.labels)}`}>
            {row.ruleName} <span className={classes.labels}>{labelsOf(row)}</span>
          </div>
          <div className={classes.track}>
            {row.stretches.map((stretch) => (
              <div
                key={stretch.fromMs}
                className={classes.stretch}
                data-state={stretch.state}
                role="img"
                aria-label={said(stretch, zone)}
                title={said(stretch, zone)}
                style={{ left: `${share(stretch.fromMs)}%`, width: `${share(stretch.toMs) - share(stretch.fromMs)}%` }}
              />
            ))}
          </div>
        </div>
      ))}
      <div className={classes.row}>
        <div className={classes.labels}>{rows.length > ROWS_MAX && `${rows.length - ROWS_MAX} more are not drawn`}</div>
        <div className={classes.ends}>
          <span>{dateTimeText(fromMs, zone)}</span>
          <span>{dateTimeText(toMs, zone)}</span>
        </div>
      </div>
    </div>
  );

  function share(ms: number): number {
    return ((ms - fromMs) / (toMs - fromMs)) * 100;
  }
}

function said(stretch: Stretch, zone: 'local' | 'utc'): string {
  const value = stretch.value === null ? '' : `, value ${formatText(stretch.value)}`;
  return `${stretch.state} from ${dateTimeText(stretch.fromMs, zone)} to ${dateTimeText(stretch.toMs, zone)} (${durationText(stretch.toMs - stretch.fromMs)})${value}`;
}

function labelsOf(row: TimelineRow): string {
  return Object.entries(ownLabels(row.labels))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
