'use client';

import type { TargetRow } from '@tidemark/rpc';
import { useMemo } from 'react';
import { useUrl } from '../../lib/use-url.ts';
import { type DenseColumn, DenseTable } from '../../table/dense-table.tsx';
import { FilterBar } from '../../table/filter-bar.tsx';
import { decodeListFilter, encodeListFilter } from '../../table/list-filter.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LabelPills } from '../../ui/label-pills.tsx';
import { type BadgeState, StateBadge } from '../../ui/state-badge.tsx';
import { Duration, TimeText } from '../../ui/time-text.tsx';
import { ValueText } from '../../ui/value-text.tsx';
import { SCRAPE_SNIPPET } from './snippets.ts';
import classes from './status.module.css';
import { HEALTHS, selectTargets } from './targets.ts';

export function TargetList({ targets }: { readonly targets: readonly TargetRow[] }) {
  const { params, write } = useUrl();
  const filter = decodeListFilter(params, HEALTHS);
  const { rows, counts } = useMemo(
    () => selectTargets(targets, { state: filter.state, find: filter.find }),
    [targets, filter.state, filter.find],
  );
  if (targets.length === 0) {
    return (
      <EmptyState title="Nothing is scraped yet" snippet={SCRAPE_SNIPPET} compact>
        Start Tidemark with a Prometheus configuration file, and its targets stand here. This machine’s own figures and what is pushed need
        no target.
      </EmptyState>
    );
  }
  return (
    <>
      <FilterBar
        placeholder="Search targets"
        filter={filter}
        onChange={(next) => write((now) => encodeListFilter(next, now), 'replace')}
        states={HEALTHS.map((health) => ({ state: health, badge: <HealthBadge health={health} />, count: counts[health] }))}
      />
      {rows.length === 0 ? (
        <EmptyState title="No target matches" compact>
          None of {targets.length} targets matches this search and state.
        </EmptyState>
      ) : (
        <DenseTable
          label="Targets"
          columns={COLUMNS}
          rows={rows}
          rowKey={(row) => `${row.job} ${row.url} ${row.instance}`}
          maxHeight="420px"
        />
      )}
    </>
  );
}

const HEALTH_BADGES: Readonly<Record<TargetRow['health'], { readonly state: BadgeState; readonly word: string }>> = {
  up: { state: 'ok', word: 'Up' },
  down: { state: 'firing', word: 'Down' },
  unknown: { state: 'nodata', word: 'Not yet' },
};

function HealthBadge({ health }: { readonly health: TargetRow['health'] }) {
  const { state, word } = HEALTH_BADGES[health];
  return <StateBadge state={state}>{word}</StateBadge>;
}

const COLUMNS: readonly DenseColumn<TargetRow>[] = [
  {
    id: 'health',
    head: 'Health',
    width: '88px',
    cell: (row) => <HealthBadge health={row.health} />,
    sortBy: (row) => HEALTHS.indexOf(row.health),
  },
  { id: 'job', head: 'Job', width: '150px', cell: (row) => row.job, sortBy: (row) => row.job },
  {
    id: 'instance',
    head: 'Target',
    cell: (row) => (
      <>
        <span className={classes.mono} title={row.url}>
          {row.instance}
        </span>
        {row.lastError !== '' && <div className={classes.error}>{row.lastError}</div>}
      </>
    ),
    sortBy: (row) => row.instance,
  },
  { id: 'labels', head: 'Labels', width: '22%', from: 'desktop', cell: (row) => <LabelPills labels={furtherLabels(row)} /> },
  {
    id: 'scraped',
    head: 'Scraped',
    width: '170px',
    from: 'tablet',
    cell: (row) => (row.lastScrapeMs === null ? <span className={classes.dim}>never</span> : <TimeText ms={row.lastScrapeMs} />),
    sortBy: (row) => row.lastScrapeMs,
  },
  {
    id: 'interval',
    head: 'Every',
    width: '70px',
    align: 'right',
    from: 'tablet',
    cell: (row) => <Duration ms={row.intervalMs} />,
    sortBy: (row) => row.intervalMs,
  },
  {
    id: 'took',
    from: 'tablet',
    head: 'Took',
    width: '80px',
    align: 'right',
    cell: (row) => (row.lastDurationMs === null ? '–' : <ValueText value={row.lastDurationMs} unit="milliseconds" />),
    sortBy: (row) => row.lastDurationMs,
  },
  {
    id: 'samples',
    from: 'tablet',
    head: 'Samples',
    width: '80px',
    align: 'right',
    cell: (row) => (row.lastSamples === null ? '–' : row.lastSamples.toLocaleString('en-US')),
    sortBy: (row) => row.lastSamples,
  },
];

/** Job and instance have columns of their own. */
function furtherLabels({ labels: { job: _job, instance: _instance, ...rest } }: TargetRow): Record<string, string> {
  return rest;
}
