'use client';

import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { DashboardRow } from '@tidemark/rpc';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useTRPC } from '../../lib/trpc.tsx';
import { useUrl } from '../../lib/use-url.ts';
import { PolledView } from '../../polled/polled-view.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { TimeText } from '../../ui/time-text.tsx';
import { filterDashboards, tagsOf } from './dashboard-filter.ts';
import styles from './dashboards.module.css';

export function DashboardListPage() {
  const trpc = useTRPC();
  const router = useRouter();
  const dashboards = useQuery(trpc.dashboards.list.queryOptions());
  return (
    <>
      <PageHeader
        title="Dashboards"
        actions={
          <Button leftSection={<IconPlus size={14} />} onClick={() => router.push('/d/new?edit=1')}>
            New dashboard
          </Button>
        }
      />
      <PolledView query={dashboards} noun="dashboards">
        {(rows) => <DashboardList rows={rows} />}
      </PolledView>
    </>
  );
}

function DashboardList({ rows }: { rows: readonly DashboardRow[] }) {
  const { params, write } = useUrl();
  const [search, tag] = [params.get('search') ?? '', params.get('tag')];
  const set = (name: 'search' | 'tag', value: string | null) =>
    write((now) => {
      if (value === null || value === '') now.delete(name);
      else now.set(name, value);
      return now;
    }, 'replace');
  const shown = filterDashboards(rows, search, tag);
  return (
    <>
      <div className={styles.listHead}>
        <TextInput aria-label="Search" placeholder="Search" value={search} onChange={(event) => set('search', event.currentTarget.value)} />
        <div className={styles.tags}>
          {tagsOf(rows).map((name) => (
            <button
              key={name}
              type="button"
              className={styles.tag}
              aria-pressed={tag === name}
              onClick={() => set('tag', tag === name ? null : name)}
            >
              {name}
            </button>
          ))}
        </div>
      </div>
      {shown.length === 0 ? (
        <EmptyState title={rows.length === 0 ? 'No dashboards yet' : 'No dashboard matches'}>
          {rows.length === 0 ? 'Make one with “New dashboard”.' : 'Search for less, or pick another tag.'}
        </EmptyState>
      ) : (
        <div className={styles.list}>
          {shown.map((row) => (
            <Row key={row.id} row={row} />
          ))}
        </div>
      )}
    </>
  );
}

function Row({ row }: { row: DashboardRow }) {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const remove = useMutation(
    trpc.dashboards.remove.mutationOptions({ onSuccess: () => cache.invalidateQueries({ queryKey: trpc.dashboards.pathKey() }) }),
  );
  return (
    <div className={styles.row}>
      <div className={styles.rowName}>
        <Link href={`/d/${row.id}`}>{row.title}</Link>
        {row.description !== '' && <p>{row.description}</p>}
      </div>
      <div className={styles.tags}>
        {row.tags.map((name) => (
          <span key={name} className={styles.tag}>
            {name}
          </span>
        ))}
      </div>
      <span className={styles.rowMeta}>{row.panelCount === 1 ? '1 panel' : `${row.panelCount} panels`}</span>
      <span className={styles.rowMeta}>{row.updatedAtMs > 0 ? <TimeText ms={row.updatedAtMs} /> : 'as installed'}</span>
      {row.builtin ? (
        <span />
      ) : (
        <ActionIcon
          aria-label={`Remove ${row.title}`}
          title="Remove"
          loading={remove.isPending}
          onClick={() => window.confirm(`Remove the dashboard “${row.title}”? This cannot be undone.`) && remove.mutate({ id: row.id })}
        >
          <IconTrash size={15} />
        </ActionIcon>
      )}
    </div>
  );
}
