import { z } from 'zod';
import { ReceiverDraft } from '../receivers.ts';
import { procedure, router } from '../trpc.ts';

export const receiverRouter = router({
  list: procedure.query(({ ctx }) => ctx.ports.receivers.list(ctx.tenant)),
  save: procedure.input(ReceiverDraft).mutation(({ ctx, input }) => ctx.ports.receivers.save(ctx.tenant, input)),
  remove: procedure.input(z.object({ id: z.string() })).mutation(({ ctx, input }) => ctx.ports.receivers.remove(ctx.tenant, input.id)),
  test: procedure.input(ReceiverDraft).mutation(({ ctx, input }) => ctx.ports.receivers.test(ctx.tenant, input)),
});
