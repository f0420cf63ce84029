import { procedure, router } from '../trpc.ts';

export const statusRouter = router({
  report: procedure.query(({ ctx }) => ctx.ports.status.report(ctx.tenant)),
  targets: procedure.query(({ ctx }) => ctx.ports.status.targets()),
});
