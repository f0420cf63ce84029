import { tracked } from '@trpc/server';
import { z } from 'zod';
import { Completion, InstantQuery, LiveQuery, RangeQuery } from '../query.ts';
import { procedure, router } from '../trpc.ts';

export const queryRouter = router({
  range: procedure.input(RangeQuery).query(({ ctx, input, signal }) => ctx.ports.query.range(ctx.tenant, input, signal)),
  instant: procedure.input(InstantQuery).query(({ ctx, input, signal }) => ctx.ports.query.instant(ctx.tenant, input, signal)),
  explain: procedure.input(RangeQuery).query(({ ctx, input, signal }) => ctx.ports.query.explain(ctx.tenant, input, signal)),
  complete: procedure.input(Completion).query(({ ctx, input }) => ctx.ports.query.complete(ctx.tenant, input)),
  metrics: procedure
    .input(z.object({ search: z.string().max(1000) }))
    .query(({ ctx, input }) => ctx.ports.query.metrics(ctx.tenant, input.search)),
  live: procedure
    .input(z.object({ queries: z.array(LiveQuery).max(200), lastEventId: z.string().nullish() }))
    .subscription(async function* ({ ctx, input, signal }) {
      const from = resumeFrom(input.lastEventId);
      const queries = input.queries.map((query) => ({ ...query, fromMs: Math.max(query.fromMs, from) }));
      for await (const tick of ctx.ports.query.live(ctx.tenant, queries, signal ?? new AbortController().signal)) {
        yield tracked(String(tick.watermarkMs), tick);
      }
    }),
});

/** The stream's event ids are watermarks: what lies at or before the last one has arrived. */
function resumeFrom(lastEventId: string | null | undefined): number {
  const watermark = Number(lastEventId ?? Number.NaN);
  return Number.isFinite(watermark) ? watermark + 1 : Number.NEGATIVE_INFINITY;
}
