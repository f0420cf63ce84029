import { alertRouter } from './alerts.ts';
import { dashboardRouter } from './dashboards.ts';
import { queryRouter } from './query.ts';
import { receiverRouter } from './receivers.ts';
import { ruleRouter } from './rules.ts';
import { statusRouter } from './status.ts';
import { router } from './trpc.ts';

/** Everything that the web asks for, served by the worker; the web passes `/api/trpc` through to it. */
export const appRouter = router({
  query: queryRouter,
  rules: ruleRouter,
  alerts: alertRouter,
  receivers: receiverRouter,
  status: statusRouter,
  dashboards: dashboardRouter,
});

export type AppRouter = typeof appRouter;
