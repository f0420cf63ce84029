import { Suspense } from 'react';
import { NewReceiverPage } from '../../../../features/alerts/receiver-editor-page.tsx';

export const metadata = { title: 'New receiver' };

export default function Page() {
  return (
    <Suspense>
      <NewReceiverPage />
    </Suspense>
  );
}
