import { alertRouter } from './routers/alerts.ts';
import { dashboardRouter } from './routers/dashboards.ts';
import { editorRouter } from './routers/editor.ts';
import { queryRouter } from './routers/query.ts';
import { receiverRouter } from './routers/receivers.ts';
import { ruleRouter } from './routers/rules.ts';
import { statusRouter } from './routers/status.ts';
import { router } from './trpc.ts';

/** Everything that the web asks for, served by the worker; the web passes `/api/trpc` through to it. */
export const appRouter = router({
  query: queryRouter,
  editor: editorRouter,
  rules: ruleRouter,
  alerts: alertRouter,
  receivers: receiverRouter,
  status: statusRouter,
  dashboards: dashboardRouter,
});

export type AppRouter = typeof appRouter;
