'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTRPC } from '../../lib/trpc.tsx';
import { useUrl } from '../../lib/use-url.ts';
import { PolledView } from '../../polled/polled-view.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { RuleEditor } from './rule-editor.tsx';
import { formFromUrl } from './rule-form.ts';

export function NewRulePage() {
  const { params } = useUrl();
  return <RuleEditor rule={null} initial={formFromUrl(params)} />;
}

export function RulePage({ id }: { readonly id: string }) {
  const trpc = useTRPC();
  const rule = useQuery({ ...trpc.rules.get.queryOptions({ id }), refetchInterval: 2000 });
  return (
    <PolledView query={rule} noun="the rule">
      {(data) => (data === null ? <NoRule /> : <RuleEditor key={data.id} rule={data} />)}
    </PolledView>
  );
}

function NoRule() {
  return (
    <EmptyState title="No such rule">
      It was removed, or the address is wrong. <Link href="/rules">All rules</Link>
    </EmptyState>
  );
}
