'use client';

import type { RetentionPlan } from '@tidemark/rpc';
import { type DenseColumn, DenseTable } from '../../table/dense-table.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { TimeText } from '../../ui/time-text.tsx';
import { ValueText } from '../../ui/value-text.tsx';
import { amounts, EXTENT } from './block-columns.tsx';
import classes from './status.module.css';

type Leaving = RetentionPlan['leaving'][number];

/** What goes within a day, and what that frees. */
export function RetentionView({ plan }: { readonly plan: RetentionPlan }) {
  return (
    <>
      {plan.held !== null && (
        <p className={classes.damage}>
          <StateBadge state="pending">Held</StateBadge> Nothing is deleted: {plan.held}.
        </p>
      )}
      {plan.leaving.length === 0 ? (
        <p className={classes.quiet}>
          Nothing goes before <TimeText ms={plan.atMs} />.
        </p>
      ) : (
        <>
          <p className={classes.quiet}>
            Until <TimeText ms={plan.atMs} /> this frees <ValueText value={plan.freedBytes} unit="bytes" />.
          </p>
          <DenseTable label="What retention takes away" columns={COLUMNS} rows={plan.leaving} rowKey={(row) => row.id} maxHeight="240px" />
        </>
      )}
    </>
  );
}

const REASONS: Readonly<Record<Leaving['reason'], string>> = {
  age: 'Past its age',
  size: 'For its size',
  series: 'Some series, past their age',
};

const COLUMNS: readonly DenseColumn<Leaving>[] = [
  ...EXTENT,
  { id: 'reason', head: 'Why', from: 'tablet', cell: (row) => REASONS[row.reason], sortBy: (row) => row.reason },
  ...amounts('Frees'),
];
