/**
 * A block is one immutable file: the samples of one tenant in one window. Drawn in docs/format/block.md.
 *
 *   magic "TIDEBLK8"
 *   chunks     the samples of each series, in label order: values, and times where they are not those of an earlier series;
 *              or its windows, and where they lie: docs/format/rolled-chunk.md
 *   pages      the index: label values with the series that carry them; labels, checksums and chunks of series; columns; summaries
 *   directory  where each page is
 *   meta       whose, when, how much
 *   footer     lengths and checksums of the sections; itself with a checksum
 *
 * Each byte is under a checksum, or compared with what it must be.
 */
import { ByteReader, ByteWriter, CorruptionError, type Millis } from '@tidemark/base';
import { crc32c } from '@tidemark/base/kernel';

export const BLOCK_SUFFIX = '.block';
/**
 * 1: Gorilla chunks, with their times. 2: the block codec, times shared. 3: with tokens and roots. 4: codes of tokens in
 * groups. 5: the index in pages, summaries of chunks. 6: less of it, a resolution. 7: roots of roots, chunks that rest where theirs do.
 * 8: tokens for each number, exponents within kinds, no bytes of zeros, summaries in columns.
 * The newest is written.
 */
export type BlockVersion = WholeVersion | PagedVersion;
/** Versions whose index is read as a whole. */
export type WholeVersion = 1 | 2 | 3 | 4;
export type PagedVersion = 5 | 6 | 7 | 8;
export const MAGIC = new TextEncoder().encode('TIDEBLK8');
const FOOTER_MAGIC = 0x454b4454; // "TDKE"
/** From version 5 on; those before have 48 bytes. */
export const FOOTER_BYTES = 8 + 8 + 2 * 8 + 4 + 4;
const WHOLE_FOOTER_BYTES = 8 + 4 * 8 + 4 + 4;
/** The shortest of any version. */
export const FOOTER_BYTES_MIN = Math.min(FOOTER_BYTES, WHOLE_FOOTER_BYTES);
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
  /** Or windows. */
  readonly samples: number;
  /** How wide its windows are; 0 for samples. */
  readonly resolutionMs: Millis;
}

/** A part of the file, and its checksum. */
export interface Section {
  readonly at: number;
  readonly bytes: number;
  readonly crc: number;
}

export interface Footer {
  readonly chunksBytes: number;
  readonly meta: Section;
  readonly index:
    | {
        readonly form: 'whole';
        readonly version: WholeVersion;
        readonly symbols: Section;
        readonly series: Section;
        readonly postings: Section;
      }
    | {
        readonly form: 'pages';
        readonly version: PagedVersion;
        readonly pagesAt: number;
        readonly pagesBytes: number;
        readonly directory: Section;
      };
}

/** Null when `magic` is not that of a block. */
export function versionOf(magic: Uint8Array): BlockVersion | null {
  const version = magic[MAGIC.length - 1] - 0x30;
  const known = magic.length === MAGIC.length && magic.every((byte, i) => i === MAGIC.length - 1 || byte === MAGIC[i]);
  return known && isVersion(version) ? version : null;
}

function isVersion(version: number): version is BlockVersion {
  return version >= 1 && version <= 8;
}

function isPaged(version: BlockVersion): version is PagedVersion {
  return version >= 5;
}

export function footerBytesOf(version: BlockVersion): number {
  return isPaged(version) ? FOOTER_BYTES : WHOLE_FOOTER_BYTES;
}

export function encodeFooter(chunksBytes: number, pagesBytes: number, directory: Uint8Array, meta: Uint8Array): Uint8Array {
  const out = new ByteWriter(FOOTER_BYTES);
  for (const length of [chunksBytes, pagesBytes]) {
    out.u32(length % WORD);
    out.u32(Math.floor(length / WORD));
  }
  for (const section of [directory, meta]) {
    out.u32(section.length);
    out.u32(crc32c(section));
  }
  out.u32(crc32c(out.view()));
  out.u32(FOOTER_MAGIC);
  return out.finish();
}

/** `bytes` are the last `footerBytesOf(version)` of a file of `fileBytes`. */
export function decodeFooter(version: BlockVersion, bytes: Uint8Array, file: string, fileBytes: number): Footer {
  const offset = fileBytes - bytes.length;
  const damaged = (reason: string) => new CorruptionError({ file, offset, reason });
  const reader = new ByteReader(bytes);
  let at = MAGIC.length;
  const long = (): number => {
    const length = reader.u32() + reader.u32() * WORD;
    at += length;
    return length;
  };
  const section = (): Section => {
    const length = reader.u32();
    const crc = reader.u32();
    at += length;
    return { at: at - length, bytes: length, crc };
  };
  const chunksBytes = long();
  let index: Footer['index'];
  if (isPaged(version)) {
    const pagesAt = at;
    index = { form: 'pages', version, pagesAt, pagesBytes: long(), directory: section() };
  } else index = { form: 'whole', version, symbols: section(), series: section(), postings: section() };
  const meta = section();
  if (reader.u32() !== crc32c(bytes, 0, bytes.length - 8)) throw damaged('the footer fails its checksum');
  if (reader.u32() !== FOOTER_MAGIC) throw damaged('the file does not end as a block does');
  if (at !== offset) throw damaged(`the sections end at ${at}, the footer begins at ${offset}`);
  return { chunksBytes, index, meta };
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
  out.varint(meta.resolutionMs);
  return out.finish();
}

/** Throws `RangeError` on damage. */
export function decodeMeta(version: BlockVersion, bytes: Uint8Array): BlockMeta {
  const reader = new ByteReader(bytes);
  const id = reader.string();
  const tenant = reader.string();
  const windowMs = reader.zigzag();
  const fromMs = windowMs + reader.varint();
  const toMs = fromMs + reader.varint();
  const [series, samples] = [reader.varint(), reader.varint()];
  return { id, tenant, windowMs, fromMs, toMs, series, samples, resolutionMs: version < 6 ? 0 : reader.varint() };
}
