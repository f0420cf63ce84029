/**
 * A block is one immutable file: the samples of one tenant in one window. Drawn in docs/format/block.md.
 *
 *   magic "TIDEBLK4"
 *   chunks    the samples of each series, in label order: values, and times where they are not those of an earlier series
 *   symbols   every label name and value once
 *   series    labels, checksums, and what is known of each chunk
 *   postings  by name and value: the series that carry it
 *   meta      whose, when, how much
 *   footer    lengths and checksums of the sections; itself with a checksum
 *
 * Each byte is under a checksum, or compared with what it must be.
 */
import { ByteReader, ByteWriter, CorruptionError, crc32c, type Millis } from '@tidemark/base';

export const BLOCK_SUFFIX = '.block';
/** 1: Gorilla chunks, with their times. 2: the block codec, times shared. 3: with tokens and roots. 4: codes of tokens in groups. The newest is written. */
export type BlockVersion = 1 | 2 | 3 | 4;
export const MAGIC = new TextEncoder().encode('TIDEBLK4');
const FOOTER_MAGIC = 0x454b4454; // "TDKE"
export const FOOTER_BYTES = 8 + 4 * 8 + 4 + 4;
const WORD = 0x1_0000_0000;

export interface BlockMeta {
  readonly id: string;
  readonly tenant: string;
  /** The start of the window in which all samples lie. */
  readonly windowMs: Millis;
  /** The times of the oldest and the newest sample. */
  readonly fromMs: Millis;
  readonly toMs: Millis;
  readonly series: number;
  readonly samples: number;
}

/** A part of the file, and its checksum. */
export interface Section {
  readonly at: number;
  readonly bytes: number;
  readonly crc: number;
}

export interface Footer {
  readonly chunksBytes: number;
  readonly symbols: Section;
  readonly series: Section;
  readonly postings: Section;
  readonly meta: Section;
}

/** Null when `magic` is not that of a block. */
export function versionOf(magic: Uint8Array): BlockVersion | null {
  const version = magic[MAGIC.length - 1] - 0x30;
  const known = magic.length === MAGIC.length && magic.every((byte, i) => i === MAGIC.length - 1 || byte === MAGIC[i]);
  return known && (version === 1 || version === 2 || version === 3 || version === 4) ? version : null;
}

export function encodeFooter(chunksBytes: number, sections: readonly Uint8Array[]): Uint8Array {
  const out = new ByteWriter(FOOTER_BYTES);
  out.u32(chunksBytes % WORD);
  out.u32(Math.floor(chunksBytes / WORD));
  for (const section of sections) {
    out.u32(section.length);
    out.u32(crc32c(section));
  }
  out.u32(crc32c(out.view()));
  out.u32(FOOTER_MAGIC);
  return out.finish();
}

/** `bytes` are the last `FOOTER_BYTES` of a file of `fileBytes`. */
export function decodeFooter(bytes: Uint8Array, file: string, fileBytes: number): Footer {
  const offset = fileBytes - FOOTER_BYTES;
  const damaged = (reason: string) => new CorruptionError({ file, offset, reason });
  const reader = new ByteReader(bytes);
  const chunksBytes = reader.u32() + reader.u32() * WORD;
  let at = MAGIC.length + chunksBytes;
  const section = (): Section => {
    const length = reader.u32();
    const crc = reader.u32();
    at += length;
    return { at: at - length, bytes: length, crc };
  };
  const footer = { chunksBytes, symbols: section(), series: section(), postings: section(), meta: section() };
  if (reader.u32() !== crc32c(bytes, 0, FOOTER_BYTES - 8)) throw damaged('the footer fails its checksum');
  if (reader.u32() !== FOOTER_MAGIC) throw damaged('the file does not end as a block does');
  if (at !== offset) throw damaged(`the sections end at ${at}, the footer begins at ${offset}`);
  return footer;
}

export function encodeMeta(meta: BlockMeta): Uint8Array {
  const out = new ByteWriter();
  out.string(meta.id);
  out.string(meta.tenant);
  out.zigzag(meta.windowMs);
  out.varint(meta.fromMs - meta.windowMs);
  out.varint(meta.toMs - meta.fromMs);
  out.varint(meta.series);
  out.varint(meta.samples);
  return out.finish();
}

/** Throws `RangeError` on damage. */
export function decodeMeta(bytes: Uint8Array): BlockMeta {
  const reader = new ByteReader(bytes);
  const id = reader.string();
  const tenant = reader.string();
  const windowMs = reader.zigzag();
  const fromMs = windowMs + reader.varint();
  const toMs = fromMs + reader.varint();
  return { id, tenant, windowMs, fromMs, toMs, series: reader.varint(), samples: reader.varint() };
}
