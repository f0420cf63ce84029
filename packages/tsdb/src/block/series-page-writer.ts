import { crc32 } from 'node:zlib';
import { ByteWriter } from '@tidemark/base';
import type { Labels } from '../model/labels.ts';
import { AS_BEFORE, BACK, NEXT, type PlacedValues, SERIES_PER_PAGE, STRETCH_BYTES } from './series-page.ts';

/** Gathers a page of series: series-page.ts draws it. */
export class SeriesPageWriter {
  readonly #shapes = new Map<string, number>();
  readonly #values = new Map<string, number>();
  /** In the order of the page. */
  readonly #parts = {
    shapes: new ByteWriter(1024),
    values: new ByteWriter(4096),
    shape: new ByteWriter(512),
    pick: new ByteWriter(2048),
    gap: new ByteWriter(512),
    column: new ByteWriter(512),
    root: new ByteWriter(512),
    chunks: new ByteWriter(512),
    bytes: new ByteWriter(1024),
    crc: new ByteWriter(256),
  };
  #count = 0;
  #at = 0;
  #end = 0;
  #column = 0;
  /** Names and values of the series before. */
  #before: readonly string[] = [];
  #stretchAt = 0;
  #stretchCrc: number | null = null;

  get isFull(): boolean {
    return this.#count === SERIES_PER_PAGE;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** `gap` lies before the `values` of its chunks, which begin `at`. */
  add(labels: Labels, { at, column, rootBack, bytes }: Omit<PlacedValues, 'checked'>, gap: Uint8Array, values: Uint8Array): void {
    if (this.#count++ === 0) this.#end = this.#at = at;
    const parts = this.#parts;
    this.#addLabels(labels);
    parts.gap.varint(at - this.#end);
    parts.column.zigzag(column - this.#column);
    parts.root.varint(rootBack);
    parts.chunks.varint(bytes.length);
    for (const count of bytes) parts.bytes.varint(count);
    this.#column = column;
    this.#end = at + values.length;
    if (this.#stretchCrc === null) this.#stretchAt = at;
    this.#stretchCrc = crc32(values, this.#stretchCrc === null ? 0 : crc32(gap, this.#stretchCrc));
    if (this.#end - this.#stretchAt >= STRETCH_BYTES) this.#endStretch();
  }

  /** What has been added; begins anew. */
  take(): Uint8Array {
    this.#endStretch();
    const { shapes, values, ...columns } = this.#parts;
    const out = new ByteWriter(8192);
    out.varint(this.#at);
    out.varint(this.#shapes.size);
    out.bytes(shapes.view());
    out.varint(this.#values.size);
    out.bytes(values.view());
    for (const column of Object.values(columns)) out.bytes(column.view());
    for (const part of Object.values(this.#parts)) part.reset();
    this.#shapes.clear();
    this.#values.clear();
    this.#before = [];
    this.#count = 0;
    this.#column = 0;
    return out.finish();
  }

  #addLabels(labels: Labels): void {
    const { shapes, shape, values, pick } = this.#parts;
    const { pairs } = labels;
    let shapeKey = '';
    for (let i = 0; i < pairs.length; i += 2) shapeKey += `${pairs[i]}\0`;
    const known = this.#shapes.get(shapeKey);
    shape.varint(known ?? this.#shapes.size);
    if (known === undefined) {
      this.#shapes.set(shapeKey, this.#shapes.size);
      shapes.varint(labels.size);
      for (let i = 0; i < pairs.length; i += 2) shapes.string(pairs[i]);
    }
    for (let i = 1; i < pairs.length; i += 2) {
      const value = pairs[i];
      if (this.#before[i] === value) {
        pick.varint(AS_BEFORE);
        continue;
      }
      const number = this.#values.get(value);
      if (number === undefined) {
        this.#values.set(value, this.#values.size);
        values.string(value);
        pick.varint(NEXT);
      } else pick.varint(BACK + this.#values.size - 1 - number);
    }
    this.#before = pairs;
  }

  #endStretch(): void {
    if (this.#stretchCrc !== null) this.#parts.crc.u32(this.#stretchCrc);
    this.#stretchCrc = null;
  }
}
