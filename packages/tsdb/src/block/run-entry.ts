import type { ByteReader, ByteWriter } from '@tidemark/base';
import type { Extent } from '../codec/chunk.ts';
import type { Section } from './format.ts';

/**
 * What a block's index says of the samples of one series, before their bytes are read. series-page.ts has the bytes; before version 5:
 *
 *   entry  := column:varint                                  0: one of its own, described here; k: the k-th of the block
 *             root:varint                                    0: none; k: the k-th series before; not in version 2
 *             [chunks:varint  (gap:varint span:varint count:varint bytes:varint){chunks}  crc:u32]
 *             bytes:varint{chunks}  crc:u32                  of the values
 *
 * In version 1 a run holds times and values: chunks:varint (gap span count bytes){chunks} crc:u32.
 */
export interface RunEntry {
  /** From the start of the chunks section. */
  readonly at: number;
  readonly bytes: number;
  /** What has to be read so that its checksum can be verified; some series share one. */
  readonly checked: Section;
  readonly chunks: readonly ChunkEntry[];
  /** The times of the chunks; null in version 1, whose chunks hold their own. */
  readonly column: ColumnEntry | null;
  /** The series that chunks may be told against. */
  readonly root: number | null;
}

export interface ChunkEntry extends Extent {
  readonly bytes: number;
}

/** Times that one or more series of the block share. They lie before the values of the first of these. */
export interface ColumnEntry extends Section {
  readonly chunks: readonly ChunkEntry[];
  /** The column whose times these are a part of: the bytes say which. */
  readonly base: ColumnEntry | null;
}

/** `chunks` in rising time, not overlapping, after `windowMs`. */
export function writeChunkEntries(out: ByteWriter, windowMs: number, chunks: readonly ChunkEntry[], crc: number): void {
  out.varint(chunks.length);
  let previousMs = windowMs;
  for (const chunk of chunks) {
    out.varint(chunk.minMs - previousMs);
    out.varint(chunk.maxMs - chunk.minMs);
    out.varint(chunk.count);
    out.varint(chunk.bytes);
    previousMs = chunk.maxMs;
  }
  out.u32(crc);
}

/** What `writeChunkEntries` wrote. */
export function readChunkEntries(reader: ByteReader, windowMs: number): { chunks: ChunkEntry[]; bytes: number; crc: number } {
  const chunks: ChunkEntry[] = [];
  let bytes = 0;
  let previousMs = windowMs;
  for (let left = reader.varint(); left > 0; left--) {
    const minMs = previousMs + reader.varint();
    const maxMs = minMs + reader.varint();
    const chunk = { minMs, maxMs, count: reader.varint(), bytes: reader.varint() };
    chunks.push(chunk);
    bytes += chunk.bytes;
    previousMs = maxMs;
  }
  return { chunks, bytes, crc: reader.u32() };
}

/** The values of a series whose times are those of `column`. */
export function readValuesEntry(reader: ByteReader, column: ColumnEntry, root: number | null, at: number): RunEntry {
  let bytes = 0;
  const chunks = column.chunks.map((times) => {
    const chunk = { minMs: times.minMs, maxMs: times.maxMs, count: times.count, bytes: reader.varint() };
    bytes += chunk.bytes;
    return chunk;
  });
  return { at, bytes, checked: { at, bytes, crc: reader.u32() }, chunks, column, root };
}
