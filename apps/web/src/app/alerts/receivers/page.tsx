import { Suspense } from 'react';
import { ReceiverListPage } from '../../../features/alerts/receiver-list-page.tsx';

export const metadata = { title: 'Receivers' };

export default function Page() {
  return (
    <Suspense>
      <ReceiverListPage />
    </Suspense>
  );
}
