'use client';

import { Switch } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { formatDuration } from '@tidemark/base';
import type { RuleRow } from '@tidemark/rpc';
import Link from 'next/link';
import { useMemo } from 'react';
import { useTRPC } from '../../lib/trpc.tsx';
import { type DenseColumn, DenseTable } from '../../table/dense-table.tsx';
import { LabelPills } from '../../ui/label-pills.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Duration, TimeText } from '../../ui/time-text.tsx';
import { RULE_STATES } from './rule-filter.ts';
import { RuleStateBadge } from './rule-state-badge.tsx';
import classes from './rules.module.css';

export function RuleTable({ rows }: { readonly rows: readonly RuleRow[] }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const save = useMutation(trpc.rules.save.mutationOptions({ onSettled: () => queries.invalidateQueries(trpc.rules.pathFilter()) }));
  const { mutate } = save;
  // What a row has beyond the draft is dropped by the server.
  const columns = useMemo(() => columnsOf((rule, enabled) => mutate({ ...rule, enabled })), [mutate]);
  return (
    <>
      <ToggleOutcome save={save} />
      <DenseTable label="Rules" columns={columns} rows={rows} rowKey={(row) => row.id} maxHeight="calc(100dvh - 176px)" />
    </>
  );
}

function ToggleOutcome({
  save,
}: {
  readonly save: {
    readonly error: { readonly message: string } | null;
    readonly data?: { readonly kind: string; readonly message?: string };
  };
}) {
  const problem =
    save.error?.message ??
    (save.data?.kind === 'conflict' ? 'somebody changed this rule meanwhile; here it is as it stands now' : save.data?.message);
  if (problem === undefined) return null;
  return (
    <p role="alert" className={classes.problem}>
      The rule was not switched: {problem}.
    </p>
  );
}

function columnsOf(onToggle: (rule: RuleRow, enabled: boolean) => void): readonly DenseColumn<RuleRow>[] {
  return [
    {
      id: 'state',
      head: 'State',
      width: '88px',
      cell: (rule) => <RuleStateBadge state={rule.state} />,
      sortBy: (rule) => RULE_STATES.indexOf(rule.state),
    },
    {
      id: 'name',
      head: 'Rule',
      cell: (rule) => (
        <>
          <Link href={`/rules/${encodeURIComponent(rule.id)}`} className={classes.name}>
            {rule.name}
          </Link>
          {rule.lastError !== null && <div className={classes.error}>{rule.lastError}</div>}
        </>
      ),
      sortBy: (rule) => rule.name,
    },
    {
      id: 'expr',
      head: 'Expression',
      width: '28%',
      from: 'tablet',
      cell: (rule) => (
        <div className={classes.expr} title={rule.expr}>
          {rule.expr}
        </div>
      ),
    },
    {
      id: 'labels',
      head: 'Labels',
      width: '20%',
      from: 'desktop',
      cell: (rule) => (
        <div className={classes.oneLine}>
          <LabelPills labels={rule.labels} />
        </div>
      ),
    },
    {
      id: 'for',
      head: 'For',
      width: '64px',
      align: 'right',
      from: 'tablet',
      cell: (rule) => (rule.forMs === 0 ? <span className={classes.dim}>at once</span> : formatDuration(rule.forMs)),
      sortBy: (rule) => rule.forMs,
    },
    {
      id: 'alerts',
      head: 'Alerts',
      width: '96px',
      cell: (rule) => <AlertCounts rule={rule} />,
      sortBy: (rule) => rule.firingCount + rule.pendingCount / 1e6,
    },
    {
      id: 'evaluated',
      head: 'Evaluated',
      width: '130px',
      from: 'tablet',
      cell: (rule) =>
        rule.lastEvaluatedAtMs === null ? (
          <span className={classes.dim}>not yet</span>
        ) : (
          <>
            <TimeText ms={rule.lastEvaluatedAtMs} clockOnly /> <span className={classes.dim}>in </span>
            <Duration ms={rule.evaluationMs ?? 0} />
          </>
        ),
      sortBy: (rule) => rule.evaluationMs,
    },
    {
      id: 'enabled',
      head: 'On',
      width: '48px',
      cell: (rule) => (
        <Switch
          aria-label={`Evaluate ${rule.name}`}
          checked={rule.enabled}
          onChange={(event) => onToggle(rule, event.currentTarget.checked)}
        />
      ),
    },
  ];
}

function AlertCounts({ rule }: { readonly rule: RuleRow }) {
  if (rule.firingCount + rule.pendingCount === 0) return <span className={classes.dim}>none</span>;
  return (
    <Link href={`/alerts?find=${encodeURIComponent(rule.name)}`} className={classes.counts}>
      {rule.firingCount > 0 && <StateBadge state="firing">{rule.firingCount}</StateBadge>}
      {rule.pendingCount > 0 && <StateBadge state="pending">{rule.pendingCount}</StateBadge>}
    </Link>
  );
}
