import { Suspense } from 'react';
import { NewRulePage } from '../../../features/rules/rule-editor-page.tsx';

export const metadata = { title: 'New rule' };

export default function Page() {
  return (
    <Suspense>
      <NewRulePage />
    </Suspense>
  );
}
