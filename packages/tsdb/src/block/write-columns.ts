import { createHash } from 'node:crypto';
import { assert, ByteWriter } from '@tidemark/base';
import type { DecodedChunk } from '../codec/chunk.ts';
import { hasMarks } from '../codec/columns.ts';
import { encodeHistograms } from '../codec/histogram-chunk.ts';
import { sameTimes } from '../codec/same-times.ts';
import { codecKernel, isDecimals, isNearDecimals, type RootValues } from '../kernel/codec-kernel.ts';
import { BASES_BYTES_MAX, BLOCK_CHUNK_SAMPLES_MAX, COLUMNS_KNOWN_MAX, COLUMNS_RECENT } from '../limits.ts';
import type { RolledColumns } from '../rollup/rolled-columns.ts';
import { encodeFrame, type Frame, frameOf, sameFrame } from '../rollup/rolled-frame.ts';
import { encodePart } from './part-times.ts';
import type { Root } from './roots.ts';
import type { ChunkEntry } from './run-entry.ts';

/** Times of one or more series of a block. */
export interface TimesColumn {
  /** In the block, 0 for the first. */
  readonly number: number;
  /** How many columns before this one the base is that the bytes pick its times from; 0 when they are times. */
  readonly part: number;
  /** Of the chunks, behind each other. */
  readonly bytes: Uint8Array;
  readonly chunks: readonly ChunkEntry[];
}

export interface EncodedValues {
  /** Each with the root's that it is told against, if it is. */
  readonly chunks: readonly RootValues[];
  /** What some of the chunks are told against. */
  readonly root: Root | null;
  /** Of its longest chunk, if that is of decimals. */
  readonly prints: readonly number[];
}

/**
 * The values of a series, cut in the same way, told against the candidate that makes them shortest, or none. `candidates` is given the
 * prints of the longest chunk.
 */
export function encodeValues(samples: DecodedChunk, candidates: (prints: readonly number[]) => readonly Root[]): EncodedValues {
  const kernel = codecKernel();
  const spans = cuts(samples.length);
  const { histograms = [], words } = samples;
  const take = ({ from, to }: { from: number; to: number }) => kernel.words.set(words.subarray(2 * from, 2 * to));
  const encodeAlone = (span: { from: number; to: number }): Uint8Array => {
    if (histograms.length > 0 && hasMarks(words, span.from, span.to))
      return encodeHistograms(words, span.from, span.to, histograms).slice();
    take(span);
    return kernel.encodeValues(span.to - span.from, true).slice();
  };
  const alone = spans.map((span): RootValues => {
    const bytes = encodeAlone(span);
    return { bytes, from: 0, to: bytes.length, root: null };
  });
  const longest = alone.reduce((most, { to }, i) => (to > alone[most].to ? i : most), 0);
  const { bytes } = alone[longest];
  const count = spans[longest].to - spans[longest].from;
  let prints: readonly number[] = [];
  let root: Root | null = null;
  if (isDecimals(bytes)) {
    if (longest < alone.length - 1) {
      // So that its integers are in the kernel.
      take(spans[longest]);
      kernel.encodeValues(count, true);
    }
    prints = kernel.prints(count);
    root = chooseRoot(bytes.length, count, longest, candidates(prints));
  } else if (isNearDecimals(bytes)) {
    take(spans[longest]);
    root = chooseGate(count, longest, candidates(prints));
  }
  if (root === null) return { chunks: alone, root, prints };
  const { chunks } = root;
  const beside = (i: number): RootValues => {
    if (!(isDecimals(alone[i].bytes) || isNearDecimals(alone[i].bytes)) || !isDecimals(chunks[i].bytes)) return alone[i];
    kernel.useRoot(chunks[i], spans[i].to - spans[i].from);
    take(spans[i]);
    const told = kernel.encodeValuesBeside(spans[i].to - spans[i].from);
    return told === null || told.length >= alone[i].to ? alone[i] : { bytes: told.slice(), from: 0, to: told.length, root: chunks[i] };
  };
  const besideLongest = beside(longest);
  if (besideLongest.to >= bytes.length * (isDecimals(bytes) ? ROOT_SHARE_MAX : 1)) return { chunks: alone, root: null, prints };
  return { chunks: alone.map((_, i) => (i === longest ? besideLongest : beside(i))), root, prints };
}

/** The candidate beside which the longest chunk, whose integers are in the kernel, is about the shortest. */
function chooseRoot(bytesAlone: number, count: number, longest: number, candidates: readonly Root[]): Root | null {
  const kernel = codecKernel();
  let best: Root | null = null;
  let least = bytesAlone;
  for (const root of candidates) {
    if (!isDecimals(root.chunks[longest].bytes)) continue;
    kernel.useRoot(root.chunks[longest], count);
    const estimate = kernel.estimateBeside(count, least);
    if (estimate >= least) continue;
    least = estimate;
    best = root;
  }
  return best;
}

/** The candidate that rests the most often, of those at whose rests the values of the kernel rest as well. */
function chooseGate(count: number, longest: number, candidates: readonly Root[]): Root | null {
  const kernel = codecKernel();
  let best: Root | null = null;
  let most = 0;
  for (const root of candidates) {
    if (!isDecimals(root.chunks[longest].bytes)) continue;
    kernel.useRoot(root.chunks[longest], count);
    const rests = kernel.restsBeside(count);
    if (rests <= most) continue;
    most = rests;
    best = root;
  }
  return best;
}

/** A root saves a twentieth, or the series stands alone and may be a root. */
const ROOT_SHARE_MAX = 0.95;

/** Which columns of times a block has: the series of one target are scraped together, and share one. */
export class TimesColumns {
  /** The columns used last, the latest first, with their times as they are: those of some targets alternate. */
  #recent: { readonly times: Float64Array; readonly column: TimesColumn }[] = [];
  /** Frames of windows, in the same way. */
  #recentFrames: readonly { readonly frame: Frame; readonly column: TimesColumn }[] = [];
  /** By a digest of what the column is, in order of use, the oldest first. */
  readonly #numbers = new Map<string, number>();
  readonly #bases = new Bases();
  #count = 0;

  /** `isNew`: the block does not have it yet. */
  columnOf({ times: all, length }: DecodedChunk): { column: TimesColumn; isNew: boolean } {
    const times = all.subarray(0, length);
    const known = this.#recent.find((each) => sameTimes(each.times, times));
    if (known !== undefined) {
      if (known !== this.#recent[0]) this.#recent = [known, ...this.#recent.filter((each) => each !== known)];
      return { column: known.column, isNew: false };
    }
    const own = encodeTimes(times);
    const { number, isNew } = this.#numberOf(digestOf(own));
    const kept = times.slice();
    const column = { ...own, number, part: 0, ...(isNew && this.#bases.partOf(kept, own, number)) };
    if (isNew && column.part === 0) this.#bases.keep({ number, times: kept });
    this.#recent = [{ times: kept, column }, ...this.#recent].slice(0, COLUMNS_RECENT);
    return { column, isNew };
  }

  /** Frames of windows, as times. */
  columnOfWindows(windows: RolledColumns): { column: TimesColumn; isNew: boolean } {
    const known = this.#recentFrames.find(({ frame }) => sameFrame(frame, windows));
    if (known !== undefined) return { column: known.column, isNew: false };
    const encoded = encodeFrames(windows);
    const { number, isNew } = this.#numberOf(digestOf(encoded));
    const column = { ...encoded, number, part: 0 };
    this.#recentFrames = [{ frame: frameOf(windows), column }, ...this.#recentFrames].slice(0, COLUMNS_RECENT);
    return { column, isNew };
  }

  #numberOf(digest: string): { number: number; isNew: boolean } {
    const known = this.#numbers.get(digest);
    const number = known ?? this.#count++;
    this.#numbers.delete(digest);
    this.#numbers.set(digest, number);
    if (this.#numbers.size > COLUMNS_KNOWN_MAX) this.#forgetOldest();
    return { number, isNew: known === undefined };
  }

  #forgetOldest(): void {
    for (const oldest of this.#numbers.keys()) {
      this.#numbers.delete(oldest);
      return;
    }
  }
}

interface Base {
  readonly number: number;
  readonly times: Float64Array;
}

/** Columns that others may be a part of, found by their first and last times; those kept last, as many as there is room for. */
class Bases {
  /** The oldest first. */
  readonly #byEnd = new Map<number, Base>();
  #bytes = 0;

  keep(base: Base): void {
    for (const end of endsOf(base.times)) {
      this.#forget(end);
      this.#byEnd.set(end, base);
      this.#bytes += base.times.byteLength;
    }
    for (const oldest of this.#byEnd.keys()) {
      if (this.#bytes <= BASES_BYTES_MAX) break;
      this.#forget(oldest);
    }
  }

  /** What column `number` is in place of `own`, when that is shorter. */
  partOf(times: Float64Array, own: EncodedTimes, number: number): Pick<TimesColumn, 'part' | 'bytes' | 'chunks'> | null {
    for (const end of endsOf(times)) {
      const base = this.#byEnd.get(end);
      if (base === undefined) continue;
      const chunks = encodePart(
        times,
        cuts(times.length).map(({ to }) => to),
        base.times,
      );
      const bytes = chunks && Buffer.concat(chunks);
      if (chunks === null || bytes === null || bytes.length >= own.bytes.length) continue;
      return { part: number - base.number, bytes, chunks: own.chunks.map((each, i) => ({ ...each, bytes: chunks[i].length })) };
    }
    return null;
  }

  #forget(end: number): void {
    const base = this.#byEnd.get(end);
    if (base === undefined) return;
    this.#byEnd.delete(end);
    this.#bytes -= base.times.byteLength;
  }
}

function endsOf(times: Float64Array): number[] {
  return [times[0], times[times.length - 1]];
}

type EncodedTimes = Pick<TimesColumn, 'bytes' | 'chunks'>;

/** Cut into chunks as a block has them. */
function encodeTimes(times: Float64Array): EncodedTimes {
  const kernel = codecKernel();
  const out = new ByteWriter(1024);
  const chunks = cuts(times.length).map(({ from, to }): ChunkEntry => {
    kernel.times.set(times.subarray(from, to));
    const bytes = kernel.encodeTimes(to - from, true);
    assert(bytes !== null, 'times must rise');
    out.bytes(bytes);
    return { minMs: times[from], maxMs: times[to - 1], count: to - from, bytes: bytes.length };
  });
  return { bytes: out.finish(), chunks };
}

function encodeFrames(windows: RolledColumns): EncodedTimes {
  const out = new ByteWriter(1024);
  const chunks = cuts(windows.length).map(({ from, to }): ChunkEntry => {
    const bytes = encodeFrame(windows, from, to);
    out.bytes(bytes);
    return { minMs: windows.endMs[from], maxMs: windows.endMs[to - 1], count: to - from, bytes: bytes.length };
  });
  return { bytes: out.finish(), chunks };
}

function digestOf({ bytes, chunks }: EncodedTimes): string {
  const hash = createHash('sha256');
  hash.update(Float64Array.from(chunks.flatMap(({ minMs, maxMs, count, bytes }) => [minMs, maxMs, count, bytes])));
  return hash.update(bytes).digest('base64');
}

function cuts(length: number): { from: number; to: number }[] {
  return Array.from({ length: Math.ceil(length / BLOCK_CHUNK_SAMPLES_MAX) }, (_, i) => ({
    from: i * BLOCK_CHUNK_SAMPLES_MAX,
    to: Math.min(length, (i + 1) * BLOCK_CHUNK_SAMPLES_MAX),
  }));
}
