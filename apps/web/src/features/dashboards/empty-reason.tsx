'use client';

import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../lib/trpc.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import styles from './dashboards.module.css';
import { metricNames } from './metric-names.ts';

/**
 * Why there is nothing, and what would fill it: a metric that nobody sends, or labels that nothing matches. `known` is what the
 * panel itself says of the latter, as that a machine has no swap.
 */
export function EmptyReason({ exprs, known }: { exprs: readonly string[]; known: string }) {
  const names = metricNames(exprs.join(' or '));
  const name = names[0];
  const metrics = useQuery(
    useTRPC().query.metrics.queryOptions({ search: name ?? '' }, { enabled: name !== undefined, staleTime: 30_000 }),
  );
  if (name === undefined || metrics.data === undefined) return <EmptyState compact title="No data in this range" />;
  if (metrics.data.some((metric) => metric.name === name)) {
    if (known !== '') return <EmptyState compact title={known} />;
    return (
      <EmptyState compact title="No data in this range">
        <span className={styles.metric}>{name}</span> is known, but nothing matches here. Try a longer range, or fewer labels.
      </EmptyState>
    );
  }
  return (
    <EmptyState compact title="No data">
      No metric is called <span className={styles.metric}>{name}</span> yet. It appears as soon as a target or a push sends it.
    </EmptyState>
  );
}
