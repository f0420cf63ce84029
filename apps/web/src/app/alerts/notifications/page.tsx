import { Suspense } from 'react';
import { NotificationsPage } from '../../../features/alerts/notifications-page.tsx';

export const metadata = { title: 'Notifications' };

export default function Page() {
  return (
    <Suspense>
      <NotificationsPage />
    </Suspense>
  );
}
