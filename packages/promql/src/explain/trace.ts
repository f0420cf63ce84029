import type { QueryBudget } from '@tidemark/tsdb';
import { type Expr, walk } from '../syntax/ast.ts';

/**
 * What each node of a query has cost, while it runs. A node may run more than once: for each stretch of another resolution, and in each
 * partition; its figures are those of all runs. Figures hold what lies below a node too. A query without a trace pays nothing for it.
 */
export interface NodeFigures {
  readonly runs: number;
  /** From its begin to its end, others' turns included; null of a node whose series went on one by one, as a part of the node above. */
  readonly elapsedMs: number | null;
  /** That were read. */
  readonly series: number;
  /** That were loaded, and the points that were made of them. */
  readonly samples: number;
  /** Series that it gave, in the run that gave most. */
  readonly given: number;
  /** The windows that selectors looked at; 0: raw samples. */
  readonly widthsMs: readonly number[];
}

/** A leaf in one of the places that hold series: figures by node, in the order of `walk`. */
export interface LeafTrace {
  readonly place: string;
  /** Of the columns that came back. */
  readonly bytes: number;
  readonly nodes: readonly (NodeFigures | null)[];
}

/** What a trace needs to know of a query. */
export interface Traced {
  readonly budget: QueryBudget;
  readonly widthMs: number;
}

interface Running {
  runs: number;
  elapsedMs: number | null;
  given: number;
  readonly widthsMs: Set<number>;
  readonly budgets: QueryBudget[];
}

export class Trace {
  readonly #nodes = new Map<Expr, Running>();
  readonly #places = new Map<Expr, LeafTrace[]>();
  readonly #inLeaves = new Map<Expr, NodeFigures>();

  /** Runs a node within a budget of its own. */
  async node<C extends Traced, T>(expr: Expr, context: C, run: (own: C) => Promise<T>, givenOf: (result: T) => number): Promise<T> {
    const node = this.#begin(expr, context.widthMs);
    const budget = context.budget.part();
    node.budgets.push(budget);
    const beganMs = budget.monotonicMs();
    try {
      const result = await run({ ...context, budget });
      node.given = Math.max(node.given, givenOf(result));
      return result;
    } finally {
      took(node, budget.monotonicMs() - beganMs);
    }
  }

  /** Runs what gives its series one by one: what is done with each is not its time. */
  async each<S>(
    expr: Expr,
    widthMs: number,
    budget: QueryBudget,
    run: (visit: (series: S) => void) => Promise<void>,
    visit: (series: S) => void,
  ) {
    const node = this.#begin(expr, widthMs);
    node.budgets.push(budget);
    const beganMs = budget.monotonicMs();
    let given = 0;
    let elsewhereMs = 0;
    try {
      await run((series) => {
        const visitedMs = budget.monotonicMs();
        given++;
        visit(series);
        elsewhereMs += budget.monotonicMs() - visitedMs;
      });
    } finally {
      node.given = Math.max(node.given, given);
      took(node, budget.monotonicMs() - beganMs - elsewhereMs);
    }
  }

  /** Series of a node that is a part of the one above. */
  counted<S>(expr: Expr, widthMs: number, sink: (series: S) => void): (series: S) => void {
    const node = this.#begin(expr, widthMs);
    let given = 0;
    return (series) => {
      node.given = Math.max(node.given, ++given);
      sink(series);
    };
  }

  /** What a leaf's places have told of it: the same tree as `expr`. */
  leaf(expr: Expr, traces: readonly (LeafTrace | undefined)[]): void {
    const nodes: Expr[] = [];
    walk(expr, (node) => nodes.push(node));
    const places = this.#places.get(expr) ?? [];
    this.#places.set(expr, places);
    for (const trace of traces) {
      if (trace === undefined) continue;
      places.push(trace);
      for (const [i, figures] of trace.nodes.entries()) {
        if (figures !== null) this.#inLeaves.set(nodes[i], together(this.#inLeaves.get(nodes[i]), figures));
      }
    }
  }

  /** Null for a node that has not run by itself. */
  figures(expr: Expr): NodeFigures | null {
    const node = this.#nodes.get(expr);
    if (node === undefined) return null;
    return {
      runs: node.runs,
      elapsedMs: node.elapsedMs,
      series: node.budgets.reduce((sum, { series }) => sum + series, 0),
      samples: node.budgets.reduce((sum, { samples }) => sum + samples, 0),
      given: node.given,
      widthsMs: [...node.widthsMs].sort((a, b) => a - b),
    };
  }

  /** Of a node within a leaf, all places together. */
  figuresInLeaf(expr: Expr): NodeFigures | null {
    return this.#inLeaves.get(expr) ?? null;
  }

  /** Null for what was no leaf. */
  places(expr: Expr): readonly LeafTrace[] | null {
    return this.#places.get(expr) ?? null;
  }

  /** Of every node within, for `LeafTrace`. */
  all(expr: Expr): readonly (NodeFigures | null)[] {
    const all: (NodeFigures | null)[] = [];
    walk(expr, (node) => all.push(this.figures(node)));
    return all;
  }

  #begin(expr: Expr, widthMs: number): Running {
    const known = this.#nodes.get(expr) ?? { runs: 0, elapsedMs: null, given: 0, widthsMs: new Set(), budgets: [] };
    known.runs++;
    known.widthsMs.add(widthMs);
    this.#nodes.set(expr, known);
    return known;
  }
}

function took(node: Running, elapsedMs: number): void {
  node.elapsedMs = (node.elapsedMs ?? 0) + elapsedMs;
}

function together(known: NodeFigures | undefined, more: NodeFigures): NodeFigures {
  if (known === undefined) return more;
  return {
    runs: known.runs + more.runs,
    elapsedMs: known.elapsedMs === null && more.elapsedMs === null ? null : (known.elapsedMs ?? 0) + (more.elapsedMs ?? 0),
    series: known.series + more.series,
    samples: known.samples + more.samples,
    given: known.given + more.given,
    widthsMs: [...new Set([...known.widthsMs, ...more.widthsMs])].sort((a, b) => a - b),
  };
}
