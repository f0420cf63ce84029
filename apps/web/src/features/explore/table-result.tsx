'use client';

import { useQueries } from '@tanstack/react-query';
import type { InstantResult, InstantRow } from '@tidemark/rpc';
import { useMemo } from 'react';
import { useTimeRange } from '../../lib/time-range/use-time-range.ts';
import { useTRPC } from '../../lib/trpc.tsx';
import { useKept } from '../../lib/use-kept.ts';
import { failureOf, type RequestError } from '../../polled/failure.ts';
import { type DenseColumn, DenseTable } from '../../table/dense-table.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LabelPills } from '../../ui/label-pills.tsx';
import { StaleBadge } from '../../ui/stale-badge.tsx';
import { TimeText } from '../../ui/time-text.tsx';
import type { ResultProps } from './chart-result.tsx';
import classes from './explore.module.css';
import { askedQueries, type ExploreState } from './explore-state.ts';
import { HistogramCell } from './histogram-cell.tsx';
import { ResultNotes } from './result-notes.tsx';
import { resultTable } from './result-table.ts';
import { useInstant } from './use-instant.ts';
import { WhyEmpty } from './why-empty-view.tsx';

/** Each query at the end of the range; live, at every second. */
export function TableResult({ state, onRun }: ResultProps) {
  const trpc = useTRPC();
  const { resolved, live } = useTimeRange();
  const atMs = useInstant(resolved.toMs, live);
  const asked = askedQueries(state);
  const results = useQueries({
    queries: asked.map(({ expr }) => ({
      ...trpc.query.instant.queryOptions({ expr, atMs, resolution: state.resolution }),
      enabled: atMs > 0,
      gcTime: 10_000,
    })),
  });
  const shown = useKept(results.map(({ data }) => data));
  return (
    <div className={classes.result}>
      <ResultNotes rows={asked.map(({ id }, at) => ({ id, ...costOf(shown[at]) }))} />
      {asked.map(({ id, expr }, at) => (
        <QueryTable key={id} id={id} expr={expr} result={shown[at]} error={results[at].error} state={state} onRun={onRun} />
      ))}
    </div>
  );
}

interface QueryTableProps extends ResultProps {
  readonly id: string;
  readonly expr: string;
  readonly result: InstantResult | undefined;
  readonly error: RequestError | null;
  readonly state: ExploreState;
}

function QueryTable({ id, expr, result, error, state, onRun }: QueryTableProps) {
  if (result === undefined) {
    if (error === null) return <p className={classes.quiet}>Asking…</p>;
    return <ErrorState {...failureOf(error, `answer to ${id}`)} compact />;
  }
  if (result.kind === 'problem') return <ErrorState title={`${id} did not work`} message={result.problem.message} compact />;
  if (result.rows.length === 0) return <WhyEmpty id={id} expr={expr} state={state} onRun={onRun} />;
  return (
    <>
      {error !== null && <StaleBadge sinceMs={result.rows[0].atMs} />}
      <Rows id={id} rows={result.rows} />
    </>
  );
}

function Rows({ id, rows }: { readonly id: string; readonly rows: readonly InstantRow[] }) {
  const { shared, columns: names } = useMemo(() => resultTable(rows), [rows]);
  const key = names.join('\n');
  const hasHistograms = rows.some(({ histogram }) => histogram !== undefined);
  const columns = useMemo(() => columnsOf(key === '' ? [] : key.split('\n'), hasHistograms), [key, hasHistograms]);
  const indexed = useMemo(() => rows.map((row, at) => ({ ...row, key: `${at} ${JSON.stringify(row.labels)}` })), [rows]);
  return (
    <section>
      <h2 className={classes.tableHead}>
        <span className={classes.letter}>{id}</span>
        <span>
          {rows.length} {rows.length === 1 ? 'row' : 'rows'} at <TimeText ms={rows[0].atMs} />
        </span>
        <LabelPills labels={shared} withName />
      </h2>
      <DenseTable label={`Result of ${id}`} columns={columns} rows={indexed} rowKey={(row) => row.key} maxHeight="70dvh" />
    </section>
  );
}

function columnsOf(names: readonly string[], hasHistograms: boolean): readonly DenseColumn<InstantRow & { readonly key: string }>[] {
  const labels = names.map((name) => ({
    id: `label ${name}`,
    head: name === '__name__' ? 'metric' : name,
    cell: (row: InstantRow) => <span className={classes.cell}>{row.labels[name] ?? ''}</span>,
    sortBy: (row: InstantRow) => row.labels[name] ?? null,
  }));
  return [
    ...labels,
    {
      id: 'value',
      head: 'Value',
      width: names.length === 0 ? undefined : hasHistograms ? '60%' : '180px',
      align: names.length === 0 || hasHistograms ? undefined : 'right',
      cell: ({ value, histogram }) =>
        histogram === undefined ? <span className={classes.cell}>{value}</span> : <HistogramCell histogram={histogram} />,
      sortBy: (row) => Number(row.value),
    },
  ];
}

function costOf(result: InstantResult | undefined) {
  return result === undefined || result.kind === 'problem' ? { cost: null, notes: [] } : { cost: result.cost, notes: result.notes };
}
