'use client';

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { AlertRow } from '@tidemark/rpc';
import Link from 'next/link';
import { useMemo, useState } from 'react';
import { useTRPC } from '../../lib/trpc.tsx';
import { useUrl } from '../../lib/use-url.ts';
import { PolledView } from '../../polled/polled-view.tsx';
import { FilterBar } from '../../table/filter-bar.tsx';
import { decodeListFilter, encodeListFilter } from '../../table/list-filter.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { AlertGroupView } from './alert-group.tsx';
import { AlertStateBadge } from './alert-state-badge.tsx';
import { AlertsFrame } from './alerts-frame.tsx';
import { ALERT_STATES, selectAlerts } from './group-alerts.ts';

/** More rules at once are not read, and all their rows are in the document. */
const GROUPS_SHOWN = 20;

export function AlertsPage() {
  const trpc = useTRPC();
  const active = useQuery({ ...trpc.alerts.active.queryOptions(), refetchInterval: 1000 });
  return (
    <AlertsFrame>
      <PolledView query={active} noun="alerts">
        {(data) => <AlertGroups alerts={data} />}
      </PolledView>
    </AlertsFrame>
  );
}

function AlertGroups({ alerts }: { readonly alerts: readonly AlertRow[] }) {
  const { params, write } = useUrl();
  const filter = decodeListFilter(params, ALERT_STATES);
  const { groups, counts } = useMemo(
    () => selectAlerts(alerts, { state: filter.state, find: filter.find }),
    [alerts, filter.state, filter.find],
  );
  const setFind = (find: string) => write((now) => encodeListFilter({ ...filter, find }, now), 'replace');
  const [shown, setShown] = useState(GROUPS_SHOWN);
  if (alerts.length === 0) return <AllQuiet />;
  return (
    <>
      <FilterBar
        placeholder="Search rules, labels, messages"
        filter={filter}
        onChange={(next) => write((now) => encodeListFilter(next, now), 'replace')}
        states={ALERT_STATES.map((state) => ({ state, badge: <AlertStateBadge state={state} />, count: counts[state] }))}
      />
      {groups.length === 0 && (
        <EmptyState title="No alert matches" compact>
          None of {alerts.length} alerts matches this search and state.
        </EmptyState>
      )}
      {groups.slice(0, shown).map((group) => (
        <AlertGroupView key={group.ruleId} group={group} onPick={(name, value) => setFind(`${name}=${value}`)} />
      ))}
      {groups.length > shown && (
        <Button variant="default" onClick={() => setShown(shown + GROUPS_SHOWN)}>
          {groups.length - shown} more rules have alerts: show more
        </Button>
      )}
    </>
  );
}

function AllQuiet() {
  return (
    <EmptyState title="Nothing is pending or firing">
      Alerts come from rules: <Link href="/rules">see what is watched</Link> or <Link href="/rules/new">write a rule</Link>. What was,
      stands in <Link href="/alerts/history">the history</Link>.
    </EmptyState>
  );
}
