import { type Labels, METRIC_NAME } from '@tidemark/tsdb/model';

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

/** One reducer for each node of a parsed expression. */
export function reducerOf(node: object, labels: readonly string[], only: boolean): LabelReducer {
  let reducer = reducers.get(node);
  if (reducer === undefined) {
    reducer = only ? LabelReducer.only(labels) : LabelReducer.without(labels);
    reducers.set(node, reducer);
  }
  return reducer;
}
