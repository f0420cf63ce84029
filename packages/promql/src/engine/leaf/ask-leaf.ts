import type { Expr } from '../../syntax/ast.ts';
import { format } from '../../syntax/print.ts';
import type { Series, Steps } from '../columns.ts';
import type { QueryContext } from '../context.ts';
import { QueryError } from '../query-error.ts';
import { oldestMs } from '../times.ts';
import type { Leaf, LeafPart } from './leaf.ts';
import { mergeParts } from './merge-parts.ts';
import { Places } from './places.ts';
import { isLeaf } from './shape.ts';

/** The expression's series from where they live; null when it is no leaf, or must be evaluated over selected samples. */
export async function askLeaf(expr: Expr, steps: Steps, context: QueryContext): Promise<readonly Series[] | null> {
  const { leaves, budget, notes, lacking } = context;
  if (leaves === null || !isLeaf(expr)) return null;
  const leaf = leafOf(expr, steps, context);
  let parts: readonly LeafPart[] | null;
  try {
    parts = await leaves.ask(leaf, budget);
  } catch (error) {
    throw error instanceof QueryError ? new Places(expr, leaf.text).ofError(error) : error;
  }
  if (parts === null) return null;
  context.trace?.leaf(
    expr,
    parts.map(({ trace }) => trace),
  );
  for (const part of parts) {
    lacking.leftOut += part.lacking.leftOut;
    lacking.rough += part.lacking.rough;
    lacking.fromRaw += part.lacking.fromRaw;
    lacking.fromWindows += part.lacking.fromWindows;
  }
  const told = parts.flatMap((part) => part.notes);
  if (told.length > 0) {
    const places = new Places(expr, leaf.text);
    for (const note of told) notes.add({ ...note, from: places.of(note.from) });
  }
  return mergeParts(expr, parts, context.budget);
}

function leafOf(expr: Expr, steps: Steps, context: QueryContext): Leaf {
  const { tenant, lookbackMs, widthMs, rawFills, startMs, endMs, stepMs, features, trace } = context;
  return {
    tenant,
    text: textOf(expr),
    steps,
    fromMs: oldestMs(expr, steps, context) - widthMs,
    lookbackMs,
    widthMs,
    rawFills,
    startMs,
    endMs,
    stepMs,
    ...(features.typeAndUnitLabels && { features }),
    ...(trace !== undefined && { traced: true }),
  };
}

/** Rules ask again each second. */
const texts = new WeakMap<Expr, string>();

function textOf(expr: Expr): string {
  let text = texts.get(expr);
  if (text === undefined) {
    text = format(expr);
    texts.set(expr, text);
  }
  return text;
}
