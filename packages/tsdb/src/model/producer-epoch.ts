import { NamedSeries } from './named-series.ts';

/**
 * What a reader of the log knows of one producer's epoch: what its records have announced so far, and which one comes next. Whoever
 * has it reads on from there, as one who has read the epoch from its beginning. The engine saves it with what is in memory.
 */
export class ProducerEpoch {
  /** The producer's name, in hexadecimal digits. */
  readonly producer: string;
  readonly number: number;
  /** Of the record with sequence 0. */
  readonly offset: number;
  nextSequence = 0;
  /** Every record so far has been read. */
  isGapless = true;
  readonly tenants = new Map<string, TenantTables>();

  constructor(producer: string, number: number, offset: number) {
    this.producer = producer;
    this.number = number;
    this.offset = offset;
  }
}

/** What one record adds to a table of texts: `added[i]` has the number `base + i`. */
export interface AnnouncedTexts {
  readonly base: number;
  readonly added: readonly string[];
}

/** What it adds to the table of series: the numbers of their texts, one series after another. */
export interface AnnouncedSeries {
  readonly base: number;
  readonly count: number;
  /** How many texts each has; 0 where a lost record had announced one of them. */
  readonly sizes: Uint32Array;
  readonly references: Uint32Array;
}

/** One tenant's tables of an epoch: they only grow. Holes are what lost records announced: texts that are none, and series without labels. */
export class TenantTables {
  /** What consumers see. No sample names a series without labels. */
  readonly series = new NamedSeries();
  hasHoles = false;
  /** No text is lost or empty: whatever a series names can be in its labels. */
  areTextsWhole = true;
  readonly #lostTexts = new Set<number>();

  /** Undefined when it is lost. */
  text(number: number): string | undefined {
    return this.#lostTexts.has(number) ? undefined : this.series.texts[number];
  }

  add(texts: AnnouncedTexts, series: AnnouncedSeries): void {
    while (this.series.texts.length < texts.base) this.addText(undefined);
    for (const text of texts.added) this.addText(text);
    while (this.series.size < series.base) this.addSeries(series.references, 0, 0);
    for (let i = 0, begin = 0; i < series.count; begin += series.sizes[i++]) this.addSeries(series.references, series.sizes[i], begin);
  }

  /** Undefined is a lost one. */
  addText(text: string | undefined): void {
    if (text === undefined) {
      this.#lostTexts.add(this.series.texts.length);
      this.hasHoles = true;
    }
    if (text === undefined || text === '') this.areTextsWhole = false;
    this.series.addText(text ?? '');
  }

  /** By `references[begin … begin + size)`; none of a lost one. */
  addSeries(references: Uint32Array, size: number, begin: number): void {
    this.series.add(references, size, begin);
    if (size === 0) this.hasHoles = true;
  }
}
