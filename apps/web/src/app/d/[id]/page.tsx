import type { Metadata } from 'next';
import { DashboardPage } from '../../../features/dashboards/dashboard-page.tsx';

export const metadata: Metadata = { title: 'Dashboard' };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <DashboardPage id={decodeURIComponent(id)} />;
}
