import { Suspense } from 'react';
import { AlertsPage } from '../../features/alerts/alerts-page.tsx';

export const metadata = { title: 'Alerts' };

export default function Page() {
  return (
    <Suspense>
      <AlertsPage />
    </Suspense>
  );
}
