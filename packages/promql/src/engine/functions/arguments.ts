import { assert } from '@tidemark/base';
import type { Reduction } from '@tidemark/tsdb';
import { type Call, type Expr, type Extension, unwrap, type VectorSelector } from '../../syntax/ast.ts';
import type { Series, Steps } from '../columns.ts';
import type { QueryContext } from '../context.ts';
import { QueryError } from '../query-error.ts';
import type { Matrix } from '../windows.ts';
import type { Evaluators } from './registry.ts';

/** A call's arguments by position, evaluated when asked for, as the type that the signature promises. */
export class Arguments {
  readonly #call: Call;
  readonly #steps: Steps;
  readonly #context: QueryContext;
  readonly #evaluators: Evaluators;

  constructor(call: Call, steps: Steps, context: QueryContext, evaluators: Evaluators) {
    this.#call = call;
    this.#steps = steps;
    this.#context = context;
    this.#evaluators = evaluators;
  }

  get count(): number {
    return this.#call.args.length;
  }

  expr(i: number): Expr {
    return this.#call.args[i];
  }

  /** By step. */
  async scalar(i: number): Promise<Float64Array> {
    const value = await this.#evaluators.evaluate(this.expr(i), this.#steps, this.#context);
    assert(value.kind === 'scalar', `argument ${i} of ${this.#call.name} is a scalar`);
    return value.values;
  }

  async text(i: number): Promise<string> {
    const value = await this.#evaluators.evaluate(this.expr(i), this.#steps, this.#context);
    assert(value.kind === 'string', `argument ${i} of ${this.#call.name} is a string`);
    return value.value;
  }

  vector(i: number): Promise<readonly Series[]> {
    return this.vectorOf(this.expr(i));
  }

  /** Native histograms in it as `QueryContext.tellsResets` has it. */
  histograms(i: number, tellsResets: boolean): Promise<readonly Series[]> {
    const context = { ...this.#context, tellsResets };
    return new Arguments(this.#call, this.#steps, tellsResets ? { ...context, leaves: null } : context, this.#evaluators).vector(i);
  }

  /** An expression that is made of the arguments. */
  async vectorOf(expr: Expr): Promise<readonly Series[]> {
    const value = await this.#evaluators.evaluate(expr, this.#steps, this.#context);
    assert(value.kind === 'vector', `an argument of ${this.#call.name} is a vector`);
    return value.series;
  }

  /** In its own context unless told otherwise. */
  matrix(i: number, reduction?: Reduction, context: QueryContext = this.#context): Promise<Matrix> {
    const inner = unwrap(this.expr(i));
    assert(inner.kind === 'matrix' || inner.kind === 'subquery', `argument ${i} of ${this.#call.name} is a range vector`);
    if (inner.kind === 'matrix') this.#checkExtension(inner.vector);
    return this.#evaluators.evaluateMatrix(inner, this.#steps, context, reduction);
  }

  #checkExtension({ extension, span }: VectorSelector): void {
    if (extension === null || EXTENDED[extension].includes(this.#call.name)) return;
    const which = `${EXTENDED[extension].join(', ')} - not with ${this.#call.name}`;
    throw new QueryError('execution', `${extension} modifier can only be used with: ${which}`, span);
  }
}

/** Functions that know what to do with samples beyond the range. */
const EXTENDED: Readonly<Record<Extension, readonly string[]>> = {
  anchored: ['changes', 'delta', 'increase', 'rate', 'resets'],
  smoothed: ['delta', 'increase', 'rate'],
};
