import { formatNumber } from '../syntax/numbers.ts';
import { lineAndColumn } from '../syntax/parse-error.ts';
import type { Span } from '../syntax/token.ts';
import type { Annotations } from './value.ts';

/** One remark about a place in the expression. */
export interface Note {
  readonly level: 'warning' | 'info';
  readonly message: string;
  /** Offset in the expression's text. */
  readonly from: number;
  /** Of remarks with the same topic at one place only one is made: the first by its text, in whatever order they come. */
  readonly topic?: string;
}

/** Collects what is worth saying beside a result, each once, with its position as Prometheus prints it. */
export class Notes {
  readonly #notes = new Map<string, Note>();

  warn(message: string, span: Span): void {
    this.add({ level: 'warning', message, from: span.from });
  }

  info(message: string, span: Span, topic?: string): void {
    this.add({ level: 'info', message, from: span.from, topic });
  }

  /** Of those that are no share between 0 and 1. */
  quantiles(quantiles: Float64Array, span: Span): void {
    for (const q of quantiles) {
      if (!(q >= 0 && q <= 1)) this.warn(`quantile value should be between 0 and 1, got ${formatNumber(q)}`, span);
    }
  }

  add(note: Note): void {
    const key = `${note.level} ${note.from} ${note.topic ?? note.message}`;
    const known = this.#notes.get(key);
    if (known === undefined || note.message < known.message) this.#notes.set(key, note);
  }

  all(): readonly Note[] {
    return [...this.#notes.values()];
  }

  /** In the order of their places. `text`: of the expression; without it positions count as if it were one line. */
  annotations(text: string | undefined): Annotations {
    const of = (level: Note['level']) => {
      const texts = this.all().filter((note) => note.level === level);
      texts.sort((a, b) => a.from - b.from || (a.message < b.message ? -1 : 1));
      return [...new Set(texts.map(({ message, from }) => `PromQL ${level}: ${message} (${positionOf(text, from)})`))];
    };
    return { warnings: of('warning'), infos: of('info') };
  }
}

function positionOf(text: string | undefined, from: number): string {
  return text === undefined ? `1:${from + 1}` : lineAndColumn(text, from);
}
