'use client';

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Dashboard, DashboardDraft } from '@tidemark/rpc';
import Link from 'next/link';
import { useSyncExternalStore } from 'react';
import { usePreloadedCharts } from '../../charts/time-series-chart.tsx';
import { useTRPC } from '../../lib/trpc.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { DashboardEditor } from './dashboard-editor.tsx';
import styles from './dashboards.module.css';

const NEW: DashboardDraft = { id: 'new', title: 'New dashboard', description: '', tags: [], panels: [], version: 0 };

export interface DashboardPageProps {
  /** `new` for one that does not exist yet. */
  readonly id: string;
  /** As it came with the first HTML, null: to be asked for. Not used later: the router keeps what it was given. */
  readonly found: Dashboard | null;
}

export function DashboardPage({ id, found }: DashboardPageProps) {
  usePreloadedCharts();
  const trpc = useTRPC();
  const first = useSyncExternalStore(
    neverChanges,
    () => false,
    () => true,
  );
  // Loaded once for each visit: a newer version never replaces what is being edited, and coming back shows the newest.
  const dashboard = useQuery(
    trpc.dashboards.get.queryOptions(
      { id },
      { enabled: id !== 'new', initialData: (first ? found : null) ?? undefined, staleTime: Number.POSITIVE_INFINITY, gcTime: 0 },
    ),
  );
  if (id === 'new') return <DashboardEditor key="new" saved={NEW} builtin={false} />;
  if (dashboard.data !== undefined && dashboard.data !== null) {
    const { builtin } = dashboard.data;
    return <DashboardEditor key={id} saved={draftOf(dashboard.data)} builtin={builtin} />;
  }
  if (dashboard.data === null) {
    return (
      <EmptyState
        title="There is no such dashboard"
        action={
          <Button component={Link} href="/dashboards" variant="default">
            All dashboards
          </Button>
        }
      >
        Nothing is saved as <code>{id}</code>. It may have been removed.
      </EmptyState>
    );
  }
  if (dashboard.error !== null) {
    return (
      <ErrorState
        title="The dashboard cannot be loaded"
        message={dashboard.error.message}
        action={
          <Button variant="default" onClick={() => dashboard.refetch()}>
            Try again
          </Button>
        }
      />
    );
  }
  return <div className={styles.loading} aria-busy="true" />;
}

const neverChanges = () => () => {};

function draftOf({ id, title, description, tags, panels, version }: Dashboard): DashboardDraft {
  return { id, title, description, tags, panels, version };
}
