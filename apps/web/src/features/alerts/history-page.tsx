'use client';

import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { TransitionRow } from '@tidemark/rpc';
import Link from 'next/link';
import { useTRPC } from '../../lib/trpc.tsx';
import { useUrl } from '../../lib/use-url.ts';
import { PolledView } from '../../polled/polled-view.tsx';
import { type DenseColumn, DenseTable } from '../../table/dense-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LabelPills } from '../../ui/label-pills.tsx';
import { TimeText } from '../../ui/time-text.tsx';
import { ValueText } from '../../ui/value-text.tsx';
import { AlertStateBadge } from './alert-state-badge.tsx';
import classes from './alerts.module.css';
import { AlertsFrame } from './alerts-frame.tsx';
import { ownLabels } from './own-labels.ts';
import { StateTimeline } from './state-timeline.tsx';
import { useTransitions } from './use-pages.ts';

/** What alerts did: a bar for each over the page's range, and every change below. `?rule=` keeps to one rule. */
export function HistoryPage() {
  const { params, write } = useUrl();
  const ruleId = params.get('rule');
  const { query, more } = useTransitions(ruleId === null ? {} : { ruleId });
  const setRule = (id: string | null) =>
    write((now) => {
      if (id === null) now.delete('rule');
      else now.set('rule', id);
      return now;
    });
  return (
    <AlertsFrame>
      <RulePicker ruleId={ruleId} onChange={setRule} />
      <StateTimeline ruleId={ruleId} />
      <PolledView query={query} noun="history">
        {(transitions) => (transitions.length === 0 ? <NoHistory /> : <TransitionTable transitions={transitions} />)}
      </PolledView>
      {more !== null && (
        <Button variant="default" mt={8} onClick={more}>
          Show more
        </Button>
      )}
    </AlertsFrame>
  );
}

function RulePicker({ ruleId, onChange }: { readonly ruleId: string | null; readonly onChange: (id: string | null) => void }) {
  const trpc = useTRPC();
  const rules = useQuery(trpc.rules.list.queryOptions());
  const options = (rules.data ?? []).map((rule) => ({ value: rule.id, label: rule.name }));
  return (
    <Select
      className={classes.picker}
      aria-label="Rule"
      placeholder="All rules"
      data={options}
      value={ruleId}
      onChange={onChange}
      limit={100}
      searchable
      clearable
      nothingFoundMessage="No such rule"
    />
  );
}

function TransitionTable({ transitions }: { readonly transitions: readonly TransitionRow[] }) {
  return (
    <DenseTable
      label="Changes"
      columns={COLUMNS}
      rows={transitions}
      rowKey={(row) => `${row.atMs} ${row.ruleId} ${row.fingerprint} ${row.to}`}
      maxHeight="60dvh"
    />
  );
}

function NoHistory() {
  return (
    <EmptyState title="No alert has changed yet" compact>
      When one of your <Link href="/rules">rules</Link> becomes pending, fires or resolves, it is written down here, with its value.
    </EmptyState>
  );
}

const COLUMNS: readonly DenseColumn<TransitionRow>[] = [
  { id: 'at', head: 'At', width: '124px', cell: (row) => <TimeText ms={row.atMs} />, sortBy: (row) => row.atMs },
  {
    id: 'change',
    head: 'Change',
    width: '190px',
    from: 'tablet',
    cell: (row) => <Change row={row} />,
  },
  {
    id: 'rule',
    from: 'tablet',
    head: 'Rule',
    width: '22%',
    cell: (row) => <RuleLink row={row} />,
    sortBy: (row) => row.ruleName,
  },
  {
    id: 'labels',
    head: 'Alert',
    cell: (row) => (
      <>
        <div className={classes.narrowOnly}>
          <RuleLink row={row} />
          <Change row={row} />
        </div>
        <LabelPills labels={ownLabels(row.labels)} />
      </>
    ),
  },
  { id: 'value', head: 'Value', width: '90px', align: 'right', cell: (row) => <ValueText value={row.value} />, sortBy: (row) => row.value },
];

function RuleLink({ row }: { readonly row: TransitionRow }) {
  return (
    <Link href={`/rules/${encodeURIComponent(row.ruleId)}`} className={classes.link}>
      {row.ruleName}
    </Link>
  );
}

function Change({ row }: { readonly row: TransitionRow }) {
  return (
    <span className={classes.change}>
      <AlertStateBadge state={row.from} />
      <span aria-hidden>→</span>
      <AlertStateBadge state={row.to} />
    </span>
  );
}
