'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTRPC } from '../../lib/trpc.tsx';
import { PolledView } from '../../polled/polled-view.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ReceiverEditor } from './receiver-editor.tsx';

export function NewReceiverPage() {
  return <ReceiverEditor receiver={null} />;
}

export function ReceiverPage({ id }: { readonly id: string }) {
  const trpc = useTRPC();
  const receivers = useQuery(trpc.receivers.list.queryOptions());
  return (
    <PolledView query={receivers} noun="the receiver">
      {(data) => {
        const receiver = data.find((one) => one.id === id);
        return receiver === undefined ? <NoReceiver /> : <ReceiverEditor key={id} receiver={receiver} />;
      }}
    </PolledView>
  );
}

function NoReceiver() {
  return (
    <EmptyState title="No such receiver">
      It was removed, or the address is wrong. <Link href="/alerts/receivers">All receivers</Link>
    </EmptyState>
  );
}
