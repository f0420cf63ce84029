import { formatNumber } from '../syntax/numbers.ts';
import { lineAndColumn } from '../syntax/parse-error.ts';
import type { Span } from '../syntax/token.ts';
import type { Annotations } from './value.ts';

/** Collects what is worth saying beside a result, each once, with its position as Prometheus prints it. */
export class Notes {
  readonly #text: string | undefined;
  readonly #warnings = new Set<string>();
  readonly #infos = new Set<string>();

  /** `text`: of the expression; without it positions count as if it were one line. */
  constructor(text: string | undefined) {
    this.#text = text;
  }

  warn(message: string, span: Span): void {
    this.#warnings.add(`PromQL warning: ${message} (${this.#position(span)})`);
  }

  info(message: string, span: Span): void {
    this.#infos.add(`PromQL info: ${message} (${this.#position(span)})`);
  }

  /** Of those that are no share between 0 and 1. */
  quantiles(quantiles: Float64Array, span: Span): void {
    for (const q of quantiles) {
      if (!(q >= 0 && q <= 1)) this.warn(`quantile value should be between 0 and 1, got ${formatNumber(q)}`, span);
    }
  }

  annotations(): Annotations {
    return { warnings: [...this.#warnings], infos: [...this.#infos] };
  }

  #position(span: Span): string {
    return this.#text === undefined ? `1:${span.from + 1}` : lineAndColumn(this.#text, span.from);
  }
}
