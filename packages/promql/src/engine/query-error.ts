import type { Span } from '../syntax/token.ts';

/** A query that parsed and cannot be answered, in Prometheus' words. Offsets point into the expression's text. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly kind: 'bad_data' | 'execution';
  readonly from: number | undefined;
  readonly to: number | undefined;

  constructor(kind: 'bad_data' | 'execution', message: string, span?: Span) {
    super(message);
    this.kind = kind;
    this.from = span?.from;
    this.to = span?.to;
  }
}
