import { type Labels, METRIC_NAME } from '@tidemark/tsdb/model';
import type { VectorMatching } from '../syntax/ast.ts';
import { OF_THE_METRIC } from './columns.ts';

/**
 * Which labels two series must share to be matched or aggregated together. The labels that stay are kept
 * for each series' labels, because a rule asks again every second.
 */
export class LabelReducer {
  readonly #keep: (name: string) => boolean;
  readonly #known = new WeakMap<Labels, Labels>();

  private constructor(keep: (name: string) => boolean) {
    this.#keep = keep;
  }

  static only(names: readonly string[]): LabelReducer {
    return new LabelReducer((name) => names.includes(name));
  }

  /** The metric's name goes too. */
  static without(names: readonly string[]): LabelReducer {
    return new LabelReducer((name) => name !== METRIC_NAME && !names.includes(name));
  }

  reduce(labels: Labels): Labels {
    let reduced = this.#known.get(labels);
    if (reduced === undefined) {
      reduced = labels.filter(this.#keep);
      this.#known.set(labels, reduced);
    }
    return reduced;
  }
}

const reducers = new WeakMap<object, LabelReducer>();

/** For series that meet in an operator: what says of which metric they are does not keep them apart. */
export function matchingReducer(matching: VectorMatching): LabelReducer {
  const { labels, on } = matching;
  return reducerOf(matching, on ? labels : [...labels, ...OF_THE_METRIC], on);
}

/** One reducer for each node of a parsed expression. */
export function reducerOf(node: object, labels: readonly string[], only: boolean): LabelReducer {
  let reducer = reducers.get(node);
  if (reducer === undefined) {
    reducer = only ? LabelReducer.only(labels) : LabelReducer.without(labels);
    reducers.set(node, reducer);
  }
  return reducer;
}
