import { Suspense } from 'react';
import { StatusPage } from '../../features/status/status-page.tsx';

export const metadata = { title: 'Status' };

export default function Page() {
  return (
    <Suspense>
      <StatusPage />
    </Suspense>
  );
}
