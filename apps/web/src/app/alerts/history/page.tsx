import { Suspense } from 'react';
import { HistoryPage } from '../../../features/alerts/history-page.tsx';

export const metadata = { title: 'Alert history' };

export default function Page() {
  return (
    <Suspense>
      <HistoryPage />
    </Suspense>
  );
}
