import { CheckRequest, HoverRequest, SuggestRequest } from '../editor.ts';
import { procedure, router } from '../trpc.ts';

export const editorRouter = router({
  suggest: procedure.input(SuggestRequest).query(({ ctx, input, signal }) => ctx.ports.editor.suggest(ctx.tenant, input, signal)),
  hover: procedure.input(HoverRequest).query(({ ctx, input, signal }) => ctx.ports.editor.hover(ctx.tenant, input, signal)),
  check: procedure.input(CheckRequest).query(({ ctx, input, signal }) => ctx.ports.editor.check(ctx.tenant, input, signal)),
});
