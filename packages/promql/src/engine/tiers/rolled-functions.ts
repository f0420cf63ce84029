import { assert } from '@tidemark/base';
import type { Invocation } from '../functions/registry.ts';
import type { RolledFunction } from './rolled-function.ts';
import { quantileOver, ROLLED_OVER_TIME } from './rolled-over-time.ts';
import { ROLLED_RATES } from './rolled-rates.ts';
import { DERIV, predictLinear } from './rolled-trends.ts';

/** The functions of a range vector that can be made of windows: those that answer-class.ts does not call impossible. */
const FUNCTIONS: ReadonlyMap<string, RolledFunction> = new Map(
  Object.entries<RolledFunction>({ ...ROLLED_OVER_TIME, ...ROLLED_RATES, deriv: DERIV }),
);

export async function rolledFunctionOf({ expr, args }: Invocation): Promise<RolledFunction> {
  switch (expr.name) {
    case 'quantile_over_time':
      return quantileOver(await args.scalar(0));
    case 'predict_linear':
      return predictLinear(await args.scalar(1));
    default: {
      const known = FUNCTIONS.get(expr.name);
      assert(known !== undefined, `nothing is chosen to answer ${expr.name} from windows`);
      return known;
    }
  }
}
