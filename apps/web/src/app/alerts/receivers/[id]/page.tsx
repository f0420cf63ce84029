import { Suspense } from 'react';
import { ReceiverPage } from '../../../../features/alerts/receiver-editor-page.tsx';

export const metadata = { title: 'Receiver' };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <Suspense>
      <ReceiverPage id={decodeURIComponent(id)} />
    </Suspense>
  );
}
