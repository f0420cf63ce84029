import {
  type CommentLine,
  type ExpositionFormat,
  FamilyMetadata,
  type Line,
  type MalformedExposition,
  MalformedLine,
  malformedAt,
  NO_EOF,
  readLine,
  readPlainly,
  readSample,
  type Sample,
  type SampleExemplar,
} from '@tidemark/tsdb/exposition';
import { type ExpositionKernel, expositionKernels, type Layout, NO_LAYOUT } from '../kernel/exposition-kernel.ts';
import { LINES_SPARE } from '../limits.ts';

/**
 * Reads the scrapes of one target, one after the other: the text format 0.0.4 and OpenMetrics 1.0.
 *
 * A scrape looks like the one before it, line for line, but for its values. What is kept of it is its layout: the text of each line without
 * the value. The kernel compares each line with the one that the layout has there, or soon after, then looks it up; it stops at what it does not know, or at a
 * number that is unusual, and that is read by the functions of line.ts. So only a series that was never seen is parsed into labels, once.
 */
export interface Exposition<S> {
  /** The samples, as far as the text is well-formed: views, valid until the next scrape of any target. Times are NaN where none was given. */
  readonly numbers: Uint32Array;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  /** What the numbers stand for. */
  readonly series: readonly (S | null)[];
  readonly exemplars: readonly ScrapedExemplar[];
  /** Set: nothing of the scrape counts. */
  readonly malformed: MalformedExposition | null;
}

export interface ScrapedExemplar extends SampleExemplar {
  /** Which sample it stands behind. */
  readonly at: number;
}

export class ExpositionParser<S> {
  readonly metadata = new FamilyMetadata();
  /** Families whose metadata changed since the caller last cleared this. */
  readonly changedFamilies = new Set<string>();
  readonly #resolve: (pairs: readonly string[]) => S;
  /** Held, so that a large one stays as long as it is needed. */
  #kernel: ExpositionKernel | null = null;
  #format: ExpositionFormat = 'text';
  #exemplars: ScrapedExemplar[] = [];
  #layout: Layout = NO_LAYOUT;
  /** By the number of the layout's lines; null for comments. */
  #series: (S | null)[] = [];

  /** `resolve`: a series that is not known, name, value, name, value … as written. What it returns stands for it from now on. */
  constructor(resolve: (pairs: readonly string[]) => S) {
    this.#resolve = resolve;
  }

  /** Every line of the next scrape is read and resolved anew. */
  forget(): void {
    this.#layout = NO_LAYOUT;
    this.#series = [];
  }

  /** `body` is not kept. */
  parse(body: Uint8Array, format: ExpositionFormat): Exposition<S> {
    if (format !== this.#format) this.forget();
    this.#format = format;
    for (const kernel of expositionKernels(body, this.#layout)) {
      this.#kernel = kernel;
      const read = this.#parseWith(this.#kernel, body);
      if (read !== null) return read;
    }
    return this.#parsePlainly(body);
  }

  /** Null when there are too many lines for the kernel. */
  #parseWith(kernel: ExpositionKernel, body: Uint8Array): Exposition<S> | null {
    kernel.begin(body, this.#layout, this.#format === 'openmetrics');
    this.#exemplars = [];
    const series = new GrowingSeries(this.#series);
    let malformed: MalformedExposition | null = null;
    try {
      if (!this.#readLines(kernel, body, series)) return null;
    } catch (error) {
      malformed = malformedAt(error, body, kernel.position);
    }
    if (malformed === null && kernel.hasStrayed) this.#learn(kernel, series.all);
    this.#boundMetadata();
    return { ...kernel.columns(), series: series.all, exemplars: this.#exemplars, malformed };
  }

  /** False when there are too many lines for the kernel. */
  #readLines(kernel: ExpositionKernel, body: Uint8Array, series: GrowingSeries<S>): boolean {
    let isOver = this.#format === 'text';
    for (;;) {
      const stop = kernel.read();
      if (stop === 'value') {
        if (!this.#takeSample(kernel, readSample(body, kernel.position, this.#format))) return false;
      } else if (stop === 'line') {
        const line = readLine(body, kernel.position, this.#format);
        if (line.kind === 'end') isOver = true;
        if (!this.#takeLine(kernel, line, series)) return false;
      } else if (stop === 'full') {
        return false;
      } else {
        if (!isOver) throw new MalformedLine(NO_EOF);
        return true;
      }
    }
  }

  #takeLine(kernel: ExpositionKernel, line: Line, series: GrowingSeries<S>): boolean {
    if (line.kind === 'sample') {
      if (!kernel.find(line.from, line.to)) {
        if (!kernel.add(line.from, line.to, 'sample')) return false;
        series.push(this.#resolve(line.pairs));
      }
      return this.#takeSample(kernel, line);
    }
    if (line.kind === 'comment') {
      if (line.comment !== null) this.#applyComment(line.comment);
      if (!kernel.add(line.from, line.to, 'comment')) return false;
      series.push(null);
      return kernel.take(line.next);
    }
    kernel.skipTo(line.next);
    return true;
  }

  #takeSample(kernel: ExpositionKernel, sample: Sample): boolean {
    if (sample.exemplar !== null) this.#exemplars.push({ ...sample.exemplar, at: kernel.samples });
    return kernel.takeSample(sample);
  }

  #applyComment({ keyword, family, value }: CommentLine): void {
    if (this.metadata.apply(keyword, family, value, this.#format)) this.changedFamilies.add(family);
  }

  #learn(kernel: ExpositionKernel, series: readonly (S | null)[]): void {
    const next = kernel.nextLayout(kernel.lines + LINES_SPARE);
    this.#layout = next?.layout ?? NO_LAYOUT;
    this.#series = Array.from(next?.numbers ?? [], (number) => series[number]);
  }

  /** A target whose metrics come and go must not grow the map for ever. */
  #boundMetadata(): void {
    if (this.metadata.families.size <= 2 * this.#layout.count + LINES_SPARE) return;
    this.metadata.families.clear();
    this.forget(); // So that the next scrape reads every comment again.
  }

  #parsePlainly(body: Uint8Array): Exposition<S> {
    this.forget();
    this.#exemplars = [];
    const series: S[] = [];
    const times: number[] = [];
    const values: number[] = [];
    const malformed = readPlainly(body, this.#format, {
      comment: (comment) => this.#applyComment(comment),
      sample: (pairs, value, timeMs, exemplar) => {
        if (exemplar !== null) this.#exemplars.push({ ...exemplar, at: series.length });
        series.push(this.#resolve(pairs));
        times.push(timeMs);
        values.push(value);
      },
    });
    this.#boundMetadata();
    const numbers = Uint32Array.from(series, (_, i) => i);
    const columns = { numbers, timesMs: Float64Array.from(times), values: Float64Array.from(values) };
    return { ...columns, series, exemplars: this.#exemplars, malformed };
  }
}

/** What is known, which stays as it is, and then what this scrape adds. */
class GrowingSeries<S> {
  readonly #known: (S | null)[];
  all: (S | null)[];

  constructor(known: (S | null)[]) {
    this.#known = known;
    this.all = known;
  }

  push(series: S | null): void {
    if (this.all === this.#known) this.all = this.#known.slice();
    this.all.push(series);
  }
}
