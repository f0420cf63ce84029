import { HistoryFilter } from '../alerts.ts';
import { procedure, router } from '../trpc.ts';

export const alertRouter = router({
  active: procedure.query(({ ctx }) => ctx.ports.alerts.active(ctx.tenant)),
  history: procedure.input(HistoryFilter).query(({ ctx, input }) => ctx.ports.alerts.history(ctx.tenant, input)),
  notifications: procedure.input(HistoryFilter).query(({ ctx, input }) => ctx.ports.alerts.notifications(ctx.tenant, input)),
});
