import type { Completion, MetricRow } from '@tidemark/rpc';

export type CompleteOnServer = (request: Completion) => Promise<readonly MetricRow[]>;

/** What the server sends at most. */
const ROWS_MAX = 100;

/**
 * One completion, over the server's `query.complete`: it ranks, and answers with at most 100 rows, so nothing here ever holds
 * all names. It has the shape that codemirror-promql asks its remote for; `typed`, the word that is continued, is given up
 * front because that interface leaves it out for labels.
 */
export class CompletionClient {
  readonly #complete: CompleteOnServer;
  readonly #typed: string;
  #rows: readonly MetricRow[] = [];

  constructor(complete: CompleteOnServer, typed: string) {
    this.#complete = complete;
    this.#typed = typed;
  }

  /** The answer was cut: the next letter has to ask again. */
  get truncated(): boolean {
    return this.#rows.length >= ROWS_MAX;
  }

  metricNames(): Promise<string[]> {
    return this.#ask({ kind: 'metric', prefix: this.#typed });
  }

  labelNames(metric?: string): Promise<string[]> {
    return this.#ask({ kind: 'label_name', prefix: this.#typed, ...(metric ? { metric } : {}) });
  }

  labelValues(label: string, metric?: string): Promise<string[]> {
    return this.#ask({ kind: 'label_value', prefix: this.#typed, label, ...(metric ? { metric } : {}) });
  }

  /** Type and help of the names in the answer. */
  async metricMetadata(): Promise<Record<string, { type: string; help: string }[]>> {
    return Object.fromEntries(this.#rows.map((row) => [row.name, [{ type: row.type, help: row.help }]]));
  }

  /** Asked for by the interface; completion itself calls neither. */
  async series(): Promise<Map<string, string>[]> {
    return [];
  }

  async flags(): Promise<Record<string, string>> {
    return {};
  }

  async #ask(request: Completion): Promise<string[]> {
    this.#rows = await this.#complete(request).catch(() => []);
    return this.#rows.map((row) => row.name);
  }
}

/**
 * Names keep the server's order among themselves, and stand before functions of the same match: CodeMirror adds the boost
 * (-99 to 99) to its own score of how well the letters match.
 */
export function withServerOrder<T extends { readonly label: string; readonly type?: string }>(
  options: readonly T[],
): (T & { readonly boost: number })[] {
  let rank = 0;
  const fromServer = (option: T) => option.type === 'constant' || option.type === 'text';
  return options.map((option) => ({ ...option, boost: fromServer(option) ? Math.max(1, 50 - rank++) : 0 }));
}
