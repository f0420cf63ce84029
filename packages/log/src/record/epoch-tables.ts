/** What one tenant's records of the current epoch have announced: texts and series by their numbers in the epoch. */
import type { ByteWriter } from '@tidemark/base';
import type { MetricMetadata, NamedSeries } from '@tidemark/tsdb/model';

/** By a table's numbers: the number in the epoch and one, 0 when it has none yet. */
interface Resolution {
  series: Uint32Array;
  texts: Uint32Array;
}

export class EpochTables {
  /** Announced so far. */
  series = 0;
  readonly #texts = new Map<string, number>();
  readonly #resolved = new WeakMap<NamedSeries, Resolution>();
  readonly #metadata = new Map<string, MetricMetadata>();

  get texts(): number {
    return this.#texts.size;
  }

  /** Room for all series that the table names now. */
  resolutionOf(table: NamedSeries): Resolution {
    let resolution = this.#resolved.get(table);
    if (resolution === undefined) {
      resolution = { series: new Uint32Array(table.size), texts: new Uint32Array(table.texts.length) };
      this.#resolved.set(table, resolution);
    }
    if (resolution.series.length < table.size) resolution.series = grown(resolution.series, table.size);
    if (resolution.texts.length < table.texts.length) resolution.texts = grown(resolution.texts, table.texts.length);
    return resolution;
  }

  /** Announces a series that has no number yet: its line goes to `lines`, and texts that are new to `newTexts`. How many bytes these were. */
  announce(table: NamedSeries, series: number, resolution: Resolution, lines: ByteWriter, newTexts: ByteWriter): void {
    const row = table.textsOf(series);
    const { texts } = resolution;
    lines.varint(row.length / 2);
    for (let i = 0; i < row.length; i++) {
      const text = row[i];
      let own = texts[text];
      if (own === 0) {
        own = this.textNumber(table.texts[text], newTexts) + 1;
        texts[text] = own;
      }
      lines.varint(own - 1);
    }
    resolution.series[series] = ++this.series;
  }

  /** Announces a text that has no number yet: it goes to `newTexts`. */
  textNumber(text: string, newTexts: ByteWriter): number {
    let number = this.#texts.get(text);
    if (number === undefined) {
      number = this.#texts.size;
      this.#texts.set(text, number);
      newTexts.string(text);
    }
    return number;
  }

  /** What consumers of this epoch have not been told yet. */
  newMetadata(metadata: readonly MetricMetadata[]): MetricMetadata[] {
    return metadata.filter((entry) => {
      const known = this.#metadata.get(entry.family);
      if (known !== undefined && known.type === entry.type && known.help === entry.help && known.unit === entry.unit) return false;
      this.#metadata.set(entry.family, entry);
      return true;
    });
  }
}

function grown(column: Uint32Array, atLeast: number): Uint32Array {
  const larger = new Uint32Array(Math.max(2 * column.length, atLeast));
  larger.set(column);
  return larger;
}
