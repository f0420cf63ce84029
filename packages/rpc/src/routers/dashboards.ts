import { z } from 'zod';
import { DashboardDraft } from '../dashboards.ts';
import { procedure, router } from '../trpc.ts';

const Id = z.object({ id: z.string() });

export const dashboardRouter = router({
  list: procedure.query(({ ctx }) => ctx.ports.dashboards.list(ctx.tenant)),
  get: procedure.input(Id).query(({ ctx, input }) => ctx.ports.dashboards.get(ctx.tenant, input.id)),
  save: procedure.input(DashboardDraft).mutation(({ ctx, input }) => ctx.ports.dashboards.save(ctx.tenant, input)),
  remove: procedure.input(Id).mutation(({ ctx, input }) => ctx.ports.dashboards.remove(ctx.tenant, input.id)),
});
