import type { Span } from '../../syntax/token.ts';
import type { Notes } from '../notes.ts';
import type { SampleStretch } from '../select.ts';

/** What Prometheus says of ranges with native histograms, each about one metric and one argument. */
export class RangeNotes {
  readonly #notes: Notes;
  readonly #span: Span;
  readonly #metric: string;

  constructor(notes: Notes, span: Span, { labels }: Pick<SampleStretch, 'labels'>) {
    this.#notes = notes;
    this.#span = span;
    this.#metric = JSON.stringify(labels.name);
  }

  mixed(): void {
    this.#notes.warn(`encountered a mix of histograms and floats for metric name ${this.#metric}`, this.#span);
  }

  ignored(): void {
    const message = `ignored histograms in a range containing both floats and histograms for metric name ${this.#metric}`;
    this.#notes.info(message, this.#span);
  }

  notCounter(): void {
    this.#notes.warn(`this native histogram metric is not a counter: ${this.#metric}`, this.#span);
  }

  notGauge(): void {
    this.#notes.warn(`this native histogram metric is not a gauge: ${this.#metric}`, this.#span);
  }

  incompatible(): void {
    const message = `vector contains a mix of histograms with exponential and custom buckets schemas for metric name ${this.#metric}`;
    this.#notes.warn(message, this.#span);
  }

  overlapping(): void {
    this.#notes.warn(`sample has start time that overlaps with previous sample timestamp for metric ${this.#metric}`, this.#span);
  }

  collided(): void {
    this.#notes.warn('conflicting counter resets during histogram aggregation', this.#span);
  }

  reconciled(during: 'addition' | 'subtraction' | 'aggregation'): void {
    this.#notes.info(`mismatched custom buckets were reconciled during ${during}`, this.#span);
  }
}
