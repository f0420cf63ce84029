import { z } from 'zod';
import { procedure, router } from '../trpc.ts';

export const statusRouter = router({
  report: procedure.query(({ ctx }) => ctx.ports.status.report(ctx.tenant)),
  retention: procedure
    .input(z.object({ withinMs: z.number().int().nonnegative().max(1e13) }))
    .query(({ ctx, input }) => ctx.ports.status.retention(ctx.tenant, input.withinMs)),
  targets: procedure.query(({ ctx }) => ctx.ports.status.targets()),
});
