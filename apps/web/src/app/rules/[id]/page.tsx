import { Suspense } from 'react';
import { RulePage } from '../../../features/rules/rule-editor-page.tsx';

export const metadata = { title: 'Rule' };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <Suspense>
      <RulePage id={decodeURIComponent(id)} />
    </Suspense>
  );
}
