/** Reads the series that a record announces, into memory that the next record uses again: they are not in a table yet. */
import type { ByteReader } from '@tidemark/base';
import { type AnnouncedSeries, type AnnouncedTexts, compareNames, type TenantTables } from '@tidemark/tsdb/model';
import { check, readBase, readCount } from './read-record.ts';

export class SeriesReader {
  #sizes = new Uint32Array(256);
  #references = new Uint32Array(4096);

  /** Valid until the next call. Throws `RangeError` only. */
  read(reader: ByteReader, tables: TenantTables, texts: AnnouncedTexts, isGapless: boolean): AnnouncedSeries {
    const base = readBase(reader, tables.series.size, isGapless);
    const count = readCount(reader);
    const textsEnd = texts.base + texts.added.length;
    const areTextsWhole = tables.areTextsWhole && texts.base === tables.series.texts.length && !texts.added.includes('');
    if (this.#sizes.length < count) this.#sizes = new Uint32Array(2 * count);
    let at = 0;
    /** Where the names that were checked last begin, of a series with so many texts. */
    let checkedAt = 0;
    let checkedSize = 0;
    for (let i = 0; i < count; i++) {
      const labels = readCount(reader);
      check(labels > 0, 'series without labels');
      const size = 2 * labels;
      this.#reserve(at + size);
      const references = this.#references;
      reader.varintsTo(references, at, at + size);
      let areChecked = size === checkedSize;
      for (let k = 0; k < size; k++) {
        const number = references[at + k];
        // No `check`: its words would be put together for each text.
        if (number >= textsEnd) throw new RangeError(`string ${number} of ${textsEnd}`);
        if ((k & 1) === 0 && number !== references[checkedAt + k]) areChecked = false;
      }
      const isWhole = areTextsWhole || this.#areThere(at, at + size, tables, texts);
      this.#sizes[i] = isWhole ? size : 0;
      if (!isWhole) continue;
      if (!areChecked) {
        for (let k = 2; k < size; k += 2) {
          const [before, name] = [references[at + k - 2], references[at + k]].map((number) => textOf(number, tables, texts));
          check(compareNames(before, name) < 0, 'labels out of order');
        }
        checkedAt = at;
        checkedSize = size;
      }
      at += size;
    }
    return { base, count, sizes: this.#sizes, references: this.#references };
  }

  /** Slow path: some text is lost or empty. Are all that these name there? */
  #areThere(from: number, to: number, tables: TenantTables, { base, added }: AnnouncedTexts): boolean {
    let areThere = true;
    for (const number of this.#references.subarray(from, to)) {
      const text = number >= base ? added[number - base] : tables.text(number);
      check(text !== '', 'empty label');
      if (text === undefined) areThere = false;
    }
    return areThere;
  }

  #reserve(length: number): void {
    if (length <= this.#references.length) return;
    const larger = new Uint32Array(2 * length);
    larger.set(this.#references);
    this.#references = larger;
  }
}

/** Of a text that is there. */
function textOf(number: number, tables: TenantTables, { base, added }: AnnouncedTexts): string {
  return number >= base ? added[number - base] : tables.series.texts[number];
}
