'use client';

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { formatDuration } from '@tidemark/base';
import type { Receiver } from '@tidemark/rpc';
import Link from 'next/link';
import { useTRPC } from '../../lib/trpc.tsx';
import { PolledView } from '../../polled/polled-view.tsx';
import { type DenseColumn, DenseTable } from '../../table/dense-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import classes from './alerts.module.css';
import { AlertsFrame } from './alerts-frame.tsx';
import { RECEIVER_KINDS } from './receiver-form.ts';

export function ReceiverListPage() {
  const trpc = useTRPC();
  const receivers = useQuery(trpc.receivers.list.queryOptions());
  const add = (
    <Button component={Link} href="/alerts/receivers/new">
      New receiver
    </Button>
  );
  return (
    <AlertsFrame actions={add}>
      <PolledView query={receivers} noun="receivers">
        {(data) =>
          data.length === 0 ? (
            <EmptyState title="Nobody is told" action={add}>
              A receiver is a Slack channel, a PagerDuty service, e-mail addresses or a webhook. Until there is one, alerts are only shown
              here.
            </EmptyState>
          ) : (
            <DenseTable label="Receivers" columns={COLUMNS} rows={data} rowKey={(row) => row.id} maxHeight="calc(100dvh - 200px)" />
          )
        }
      </PolledView>
    </AlertsFrame>
  );
}

const COLUMNS: readonly DenseColumn<Receiver>[] = [
  {
    id: 'name',
    head: 'Receiver',
    cell: (row) => (
      <Link href={`/alerts/receivers/${encodeURIComponent(row.id)}`} className={classes.link}>
        {row.name}
      </Link>
    ),
    sortBy: (row) => row.name,
  },
  { id: 'kind', head: 'Kind', width: '110px', cell: (row) => kindName(row), sortBy: kindName },
  {
    id: 'matchers',
    head: 'Gets',
    width: '32%',
    cell: (row) =>
      row.matchers.length === 0 ? (
        <span className={classes.dim}>every alert</span>
      ) : (
        <span className={classes.mono}>{row.matchers.join(', ')}</span>
      ),
  },
  {
    id: 'repeat',
    head: 'Repeats after',
    width: '110px',
    align: 'right',
    from: 'tablet',
    cell: (row) => formatDuration(row.repeatIntervalMs),
    sortBy: (row) => row.repeatIntervalMs,
  },
  {
    id: 'enabled',
    head: 'State',
    width: '90px',
    cell: (row) => (row.enabled ? <StateBadge state="ok">On</StateBadge> : <StateBadge state="nodata">Off</StateBadge>),
    sortBy: (row) => Number(row.enabled),
  },
];

function kindName(row: Receiver): string {
  return RECEIVER_KINDS.find((kind) => kind.value === row.settings.kind)!.label;
}
