'use client';

import { Button } from '@mantine/core';
import type { NotificationRow } from '@tidemark/rpc';
import Link from 'next/link';
import { PolledView } from '../../polled/polled-view.tsx';
import { type DenseColumn, DenseTable } from '../../table/dense-table.tsx';
import { durationText } from '../../ui/duration-text.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LabelPills } from '../../ui/label-pills.tsx';
import { type BadgeState, StateBadge } from '../../ui/state-badge.tsx';
import { TimeText } from '../../ui/time-text.tsx';
import classes from './alerts.module.css';
import { AlertsFrame } from './alerts-frame.tsx';
import { deliveryOf } from './delivery.ts';
import { useNotifications } from './use-pages.ts';

/** Who was told what, how long it took, and what went wrong. */
export function NotificationsPage() {
  const { query, more } = useNotifications({});
  return (
    <AlertsFrame>
      <PolledView query={query} noun="notifications">
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState title="Nobody was told anything yet">
              When an alert fires, every <Link href="/alerts/receivers">receiver</Link> that matches it gets a message, and each message is
              kept here with its outcome.
            </EmptyState>
          ) : (
            <DenseTable label="Notifications" columns={COLUMNS} rows={rows} rowKey={(row) => row.id} maxHeight="calc(100dvh - 200px)" />
          )
        }
      </PolledView>
      {more !== null && (
        <Button variant="default" mt={8} onClick={more}>
          Show more
        </Button>
      )}
    </AlertsFrame>
  );
}

const OUTCOMES: Readonly<Record<NotificationRow['outcome'], { readonly state: BadgeState; readonly word: string }>> = {
  sent: { state: 'ok', word: 'Sent' },
  waiting: { state: 'pending', word: 'Waiting' },
  retrying: { state: 'pending', word: 'Retrying' },
  failed: { state: 'firing', word: 'Failed' },
};

const COLUMNS: readonly DenseColumn<NotificationRow>[] = [
  { id: 'at', head: 'At', width: '150px', cell: (row) => <TimeText ms={row.evaluatedAtMs} />, sortBy: (row) => row.evaluatedAtMs },
  {
    id: 'receiver',
    head: 'Receiver',
    width: '18%',
    cell: (row) => (
      <>
        {row.receiverName} <span className={classes.dim}>{row.receiverKind}</span>
      </>
    ),
    sortBy: (row) => row.receiverName,
  },
  {
    id: 'message',
    head: 'Message',
    cell: (row) => (
      <>
        <span className={classes.change}>
          {row.alertCount} {row.status}
          <LabelPills labels={row.groupLabels} />
        </span>
        {row.error !== null && <div className={classes.error}>{row.error}</div>}
      </>
    ),
  },
  {
    id: 'outcome',
    head: 'Outcome',
    width: '130px',
    cell: (row) => (
      <span className={classes.change}>
        <StateBadge state={OUTCOMES[row.outcome].state}>{OUTCOMES[row.outcome].word}</StateBadge>
        {row.attempts > 1 && <span className={classes.dim}>{row.attempts} tries</span>}
      </span>
    ),
    sortBy: (row) => row.outcome,
  },
  {
    id: 'took',
    head: 'Sample to delivery',
    width: '140px',
    align: 'right',
    from: 'tablet',
    cell: (row) => <Took row={row} />,
    sortBy: (row) => deliveryOf(row)?.totalMs ?? null,
  },
];

function Took({ row }: { readonly row: NotificationRow }) {
  const delivery = deliveryOf(row);
  if (delivery === null) return <span className={classes.dim}>–</span>;
  const parts = `evaluated after ${durationText(delivery.evaluatedMs)}, dispatched ${durationText(delivery.dispatchedMs)} later, accepted ${durationText(delivery.acceptedMs)} later`;
  return <span title={parts}>{durationText(delivery.totalMs)}</span>;
}
