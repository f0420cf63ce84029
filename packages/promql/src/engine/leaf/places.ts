import { type Expr, walk } from '../../syntax/ast.ts';
import { parse } from '../../syntax/parser.ts';
import type { Span } from '../../syntax/token.ts';
import { QueryError } from '../query-error.ts';

/** From places in a leaf's text to those in the expression that it was printed from: both are the same tree. */
export class Places {
  readonly #whole: Span;
  readonly #spans = new Map<number, Span>();

  constructor(expr: Expr, text: string) {
    this.#whole = expr.span;
    const written = spansOf(expr);
    // Parents come first: of nodes that begin at the same place the outermost is kept.
    for (const [i, { from }] of spansOf(parse(text)).entries()) if (!this.#spans.has(from)) this.#spans.set(from, written[i]);
  }

  of(from: number): number {
    return this.#spanAt(from).from;
  }

  ofError({ kind, message, from }: QueryError): QueryError {
    return new QueryError(kind, message, from === undefined ? undefined : this.#spanAt(from));
  }

  #spanAt(from: number): Span {
    return this.#spans.get(from) ?? this.#whole;
  }
}

function spansOf(expr: Expr): Span[] {
  const spans: Span[] = [];
  walk(expr, ({ span }) => spans.push(span));
  return spans;
}
