import { z } from 'zod';
import { RuleDraft } from '../rules.ts';
import { procedure, router } from '../trpc.ts';

const Id = z.object({ id: z.string() });

export const ruleRouter = router({
  list: procedure.query(({ ctx }) => ctx.ports.rules.list(ctx.tenant)),
  get: procedure.input(Id).query(({ ctx, input }) => ctx.ports.rules.get(ctx.tenant, input.id)),
  preview: procedure.input(RuleDraft).query(({ ctx, input }) => ctx.ports.rules.preview(ctx.tenant, input)),
  save: procedure.input(RuleDraft).mutation(({ ctx, input }) => ctx.ports.rules.save(ctx.tenant, input)),
  remove: procedure.input(Id).mutation(({ ctx, input }) => ctx.ports.rules.remove(ctx.tenant, input.id)),
});
