import type { DashboardDraft } from '@tidemark/rpc';
import { HEALTH_DASHBOARD } from './health.ts';
import { HOST_DASHBOARD } from './host.ts';

/** The dashboards that are there from the start. */
export const BUILTIN_DASHBOARDS: readonly DashboardDraft[] = [HOST_DASHBOARD, HEALTH_DASHBOARD];
