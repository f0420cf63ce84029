import { Suspense } from 'react';
import { RuleListPage } from '../../features/rules/rule-list-page.tsx';

export const metadata = { title: 'Rules' };

export default function Page() {
  return (
    <Suspense>
      <RuleListPage />
    </Suspense>
  );
}
