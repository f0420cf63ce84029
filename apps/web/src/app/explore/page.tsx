import { Suspense } from 'react';
import { ExplorePage } from '../../features/explore/explore-page.tsx';

export const metadata = { title: 'Explore' };

export default function Page() {
  return (
    <Suspense>
      <ExplorePage />
    </Suspense>
  );
}
