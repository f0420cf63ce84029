import type { Dashboard } from '@tidemark/rpc';
import type { Metadata } from 'next';
import { DashboardPage } from '../../../features/dashboards/dashboard-page.tsx';
import { askWorker } from '../../../server/worker.ts';

export const metadata: Metadata = { title: 'Dashboard' };

/** The dashboard comes with the page, so that the browser begins with the panels' queries. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const id = decodeURIComponent((await params).id);
  const found = id === 'new' ? null : await askWorker<Dashboard>('dashboards.get', { id });
  return <DashboardPage id={id} found={found} />;
}
