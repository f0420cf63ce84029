import type { Metadata } from 'next';
import { DashboardListPage } from '../../features/dashboards/dashboard-list-page.tsx';

export const metadata: Metadata = { title: 'Dashboards' };

export default function Page() {
  return <DashboardListPage />;
}
