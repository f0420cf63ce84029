import { Labels, METRIC_NAME } from '@tidemark/tsdb/model';
import type { ColumnsBuilder } from './columns.ts';

/** What every scrape says of itself, beside what it brought. */
export interface ScrapeOutcome {
  readonly up: boolean;
  readonly durationSeconds: number;
  readonly scraped: number;
  readonly kept: number;
  readonly added: number;
  readonly bodyBytes: number;
}

/** `up` and the `scrape_…` series of one target. */
export class ScrapeReport {
  readonly #series: readonly { readonly labels: Labels; readonly value: (outcome: ScrapeOutcome) => number }[];
  /** A value of these series is durable, so they must end with their target. */
  #alive = false;

  /** `extra`: the job asks for extra_scrape_metrics. */
  constructor(target: Labels, extra?: { readonly timeoutMs: number; readonly sampleLimit: number }) {
    const values: [string, (outcome: ScrapeOutcome) => number][] = [
      ['up', ({ up }) => (up ? 1 : 0)],
      ['scrape_duration_seconds', ({ durationSeconds }) => durationSeconds],
      ['scrape_samples_scraped', ({ scraped }) => scraped],
      ['scrape_samples_post_metric_relabeling', ({ kept }) => kept],
      ['scrape_series_added', ({ added }) => added],
    ];
    if (extra !== undefined) {
      values.push(
        ['scrape_timeout_seconds', () => extra.timeoutMs / 1000],
        ['scrape_sample_limit', () => extra.sampleLimit],
        ['scrape_body_size_bytes', ({ bodyBytes }) => bodyBytes],
      );
    }
    this.#series = values.map(([name, value]) => ({ labels: Labels.from([...target, [METRIC_NAME, name]]), value }));
  }

  add(samples: ColumnsBuilder, timeMs: number, outcome: ScrapeOutcome): void {
    for (const { labels, value } of this.#series) samples.add(labels, timeMs, value(outcome));
  }

  addEnd(samples: ColumnsBuilder, timeMs: number): void {
    if (this.#alive) for (const { labels } of this.#series) samples.addStale(labels, timeMs);
  }

  settle(): void {
    this.#alive = true;
  }

  takeOver(before: ScrapeReport): void {
    this.#alive = before.#alive;
  }
}
