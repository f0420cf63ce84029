'use client';

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { RuleRow } from '@tidemark/rpc';
import Link from 'next/link';
import { useMemo } from 'react';
import { useTRPC } from '../../lib/trpc.tsx';
import { useUrl } from '../../lib/use-url.ts';
import { PolledView } from '../../polled/polled-view.tsx';
import { FilterBar } from '../../table/filter-bar.tsx';
import { decodeListFilter, encodeListFilter } from '../../table/list-filter.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RULE_STATES, selectRules } from './rule-filter.ts';
import { RuleStateBadge } from './rule-state-badge.tsx';
import { RuleTable } from './rule-table.tsx';

export function RuleListPage() {
  const trpc = useTRPC();
  const rules = useQuery({ ...trpc.rules.list.queryOptions(), refetchInterval: (query) => refreshMs(query.state.data?.length ?? 0) });
  const add = (
    <Button component={Link} href="/rules/new">
      New rule
    </Button>
  );
  return (
    <>
      <PageHeader title="Rules" subtitle="Each is evaluated every second, as samples arrive." actions={add} />
      <PolledView query={rules} noun="rules">
        {(data) => (data.length === 0 ? <NoRules action={add} /> : <RuleList rules={data} />)}
      </PolledView>
    </>
  );
}

/** Thousands of rules are a few megabytes: those are asked for less often. */
function refreshMs(count: number): number {
  return count > 1000 ? 10_000 : 2000;
}

function RuleList({ rules }: { readonly rules: readonly RuleRow[] }) {
  const { params, write } = useUrl();
  const filter = decodeListFilter(params, RULE_STATES);
  const { rows, counts } = useMemo(
    () => selectRules(rules, { state: filter.state, find: filter.find }),
    [rules, filter.state, filter.find],
  );
  return (
    <>
      <FilterBar
        placeholder="Search names, expressions, labels"
        filter={filter}
        onChange={(next) => write((now) => encodeListFilter(next, now), 'replace')}
        states={RULE_STATES.map((state) => ({ state, badge: <RuleStateBadge state={state} />, count: counts[state] }))}
      />
      {rows.length === 0 ? (
        <EmptyState title="No rule matches" compact>
          None of {rules.length} rules matches this search and state.
        </EmptyState>
      ) : (
        <RuleTable rows={rows} />
      )}
    </>
  );
}

const EXAMPLE = 'node_load1 / count without (cpu) (node_cpu_seconds_total{mode="idle"}) > 2';

function NoRules({ action }: { readonly action: React.ReactNode }) {
  return (
    <EmptyState title="No rule yet" snippet={EXAMPLE} action={action}>
      A rule watches an expression and raises an alert for each series that it gives. This one would tell you that a machine has more to do
      than it can:
    </EmptyState>
  );
}
