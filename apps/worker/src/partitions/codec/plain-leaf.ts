import type { Leaf } from '@tidemark/promql';

/** A leaf as few values: each that goes to another thread is written and read with its name. */
export interface PlainLeaf extends Pick<Leaf, 'tenant' | 'text' | 'rawFills'> {
  /** Without one that says whether it is traced: not. */
  readonly traced?: boolean;
  /** Of the leaf, in the order in which `leafOf` reads them. */
  readonly numbers: readonly number[];
}

export function plainLeaf({ tenant, text, rawFills, steps, fromMs, lookbackMs, widthMs, startMs, endMs, stepMs, traced }: Leaf): PlainLeaf {
  const numbers = [steps.startMs, steps.stepMs, steps.count, fromMs, lookbackMs, widthMs, startMs, endMs, stepMs];
  return { tenant, text, rawFills, numbers, ...(traced && { traced }) };
}

export function leafOf({ tenant, text, rawFills, traced, numbers }: PlainLeaf): Leaf {
  const [firstMs, everyMs, count, fromMs, lookbackMs, widthMs, startMs, endMs, stepMs] = numbers;
  const steps = { startMs: firstMs, stepMs: everyMs, count };
  return { tenant, text, rawFills, steps, fromMs, lookbackMs, widthMs, startMs, endMs, stepMs, ...(traced && { traced }) };
}
