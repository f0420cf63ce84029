import { NamedSeries } from '@tidemark/tsdb/model';

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

/** One tenant's tables of an epoch. Holes are what lost records announced: texts that are none, and series without labels. */
export class TenantTables {
  /** What consumers see. No sample names a series without labels. */
  readonly series = new NamedSeries();
  hasHoles = false;
  readonly #lostTexts = new Set<number>();

  /** Undefined when it is lost. */
  text(number: number): string | undefined {
    return this.#lostTexts.has(number) ? undefined : this.series.texts[number];
  }

  add(texts: AnnouncedTexts, series: AnnouncedSeries): void {
    const table = this.series;
    while (table.texts.length < texts.base) {
      this.#lostTexts.add(table.texts.length);
      table.addText('');
      this.hasHoles = true;
    }
    for (const text of texts.added) table.addText(text);
    while (table.size < series.base) {
      table.add([], 0);
      this.hasHoles = true;
    }
    for (let i = 0, at = 0; i < series.count; i++) {
      const size = series.sizes[i];
      table.add(series.references, size, at);
      if (size === 0) this.hasHoles = true;
      at += size;
    }
  }
}
