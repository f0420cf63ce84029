import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { assert, type Clock, CorruptionError, systemClock } from '@tidemark/base';
import { nodeFiles } from '@tidemark/base/files';
import { crc32c } from '@tidemark/base/kernel';
import { type Chunk, decodeSharedTimes, type SharedTimes, type Span } from '../codec/chunk.ts';
import type { RootValues } from '../kernel/codec-kernel.ts';
import { BLOCK_READ_BYTES_MAX, ROOTS_DEEP_MAX } from '../limits.ts';
import { Pacer } from '../pacer.ts';
import { begunAhead } from './begun-ahead.ts';
import type { BlockFiles, ReadableFile } from './block-files.ts';
import type { BlockIndex } from './block-index.ts';
import { inflated } from './deflated.ts';
import {
  type BlockMeta,
  decodeFooter,
  decodeMeta,
  FOOTER_BYTES_MIN,
  type Footer,
  footerBytesOf,
  MAGIC,
  type Section,
  versionOf,
} from './format.ts';
import type { IndexCache, Weighed } from './index-cache.ts';
import { PagedIndex } from './paged-index.ts';
import { PartReader } from './part-times.ts';
import { asDamage, damageOf, type ReadFile, readAt, readSection, withFile } from './read-file.ts';
import type { ColumnEntry, RunEntry } from './run-entry.ts';
import { WholeIndex } from './whole-index.ts';

/**
 * One block on disk. In memory it is its meta and its footer; what is needed of the index comes through the cache, chunks are read
 * when asked for. Files are opened for each use, so that thousands of blocks need no descriptors.
 * Every method that reads rejects with `CorruptionError` on damage.
 */
export class Block {
  readonly path: string;
  readonly meta: BlockMeta;
  readonly bytes: number;
  readonly #footer: Footer;
  readonly #cache: IndexCache;
  readonly #files: BlockFiles;
  readonly #clock: Clock;
  /** Ranges of chunks that have been asked for. */
  readonly #asked = new Set<string>();
  #users = 0;
  #discarded = false;

  private constructor({ path, meta, bytes, footer, cache, files, clock }: BlockParts) {
    this.path = path;
    this.meta = meta;
    this.bytes = bytes;
    this.#footer = footer;
    this.#cache = cache;
    this.#files = files;
    this.#clock = clock;
  }

  /** Verifies the file's frame and meta, not yet its sections. */
  static async open(path: string, cache: IndexCache, files: BlockFiles = nodeFiles, clock = systemClock): Promise<Block> {
    return withFile(files, path, async (file) => {
      const size = await file.size();
      if (size < MAGIC.length + FOOTER_BYTES_MIN) throw new CorruptionError({ file: path, offset: 0, reason: 'too short for a block' });
      const version = versionOf(await readAt(file, path, 0, MAGIC.length));
      if (version === null) throw new CorruptionError({ file: path, offset: 0, reason: 'the file does not begin as a block does' });
      const footerBytes = footerBytesOf(version);
      if (size < MAGIC.length + footerBytes) throw new CorruptionError({ file: path, offset: 0, reason: 'too short for a block' });
      const footer = decodeFooter(version, await readAt(file, path, size - footerBytes, footerBytes), path, size);
      const bytes = await readSection(file, path, footer.meta, 'meta');
      const meta = asDamage(path, footer.meta.at, () => decodeMeta(version, bytes));
      if (!basename(path).startsWith(meta.id))
        throw new CorruptionError({ file: path, offset: footer.meta.at, reason: `this is block ${meta.id}` });
      return new Block({ path, meta, bytes: size, footer, cache, files, clock });
    });
  }

  /** Reading takes long. */
  get isFar(): boolean {
    return this.#files.readsAtOnce !== undefined;
  }

  get isHeld(): boolean {
    return this.#users > 0;
  }

  /** Directory, meta and footer lie from here on; before it what is read by ranges. */
  get tailAt(): number {
    const { index } = this.#footer;
    return index.form === 'pages' ? index.directory.at : index.symbols.at;
  }

  /** All of its bytes, to be copied. */
  async openFile(): Promise<ReadableFile> {
    const file = await this.#files.open(this.path, 'read').catch(damageOf(this.path));
    return {
      size: () => file.size(),
      read: (target, at) => file.read(target, at).catch(damageOf(this.path, at)),
      close: () => file.close(),
    };
  }

  index(): Promise<BlockIndex> {
    return this.#cache.get(this.path, 'index', () => this.#loadIndex());
  }

  /** What a query has found out about the block, if it is still known. */
  recall<T>(what: string): Promise<T> | undefined {
    return this.#cache.known(this.path, what);
  }

  /** For `recall`, as long as there is room. Blocks do not change, and so it stays true. */
  remember(what: string, found: Weighed<unknown>): void {
    if (!this.#discarded) this.#cache.keep(this.path, what, found);
  }

  /** Calls `visit` with the chunks of each of `ids`, which rise. Chunks of one column share its times. */
  async read(ids: readonly number[], breathe: () => Promise<void>, visit: (id: number, chunks: Chunk[]) => void): Promise<void> {
    const index = await this.index();
    await withFile(this.#files, this.path, async (file) => {
      const columns = new Map<ColumnEntry, readonly SharedTimes[]>();
      const roots = new Map<number, readonly RootValues[]>();
      const read = async (batch: readonly RunOfSeries[]) => ({
        batch,
        range: await this.#rangeAgain(file, startOf(batch[0].run), endOf(batch[batch.length - 1].run)),
      });
      for await (const { batch, range } of begunAhead(batches(ids, index), read, this.#files.readsAtOnce ?? 1)) {
        let verified: Section | null = null;
        for (const { id, run } of batch) {
          await breathe();
          if (run.checked !== verified) this.#verify(range, run.checked);
          verified = run.checked;
          const times = run.column === null ? null : await this.#timesOf(file, run.column, range, columns);
          const root = run.root === null ? null : await this.#rootOf(file, index, run, run.root, range, roots);
          asDamage(this.path, MAGIC.length + run.at, () => visit(id, chunksOf(run, range, times, root)));
        }
      }
    });
  }

  /** While it is held its file stays, even when it is no longer live. */
  hold(): void {
    this.#users++;
  }

  async release(): Promise<void> {
    this.#users--;
    if (this.#discarded && this.#users === 0) await this.#delete();
  }

  /** It is not live any more: its file goes when the last user has. */
  async discard(): Promise<void> {
    assert(!this.#discarded, 'discarded twice');
    this.#discarded = true;
    this.#cache.forget(this.path);
    if (this.#users === 0) await this.#delete();
  }

  /** Each column is read once, if it is not in what has just been read. */
  async #timesOf(
    file: ReadFile,
    column: ColumnEntry,
    read: FileRange,
    known: Map<ColumnEntry, readonly SharedTimes[]>,
  ): Promise<readonly SharedTimes[]> {
    let times = known.get(column);
    if (times === undefined) {
      const end = column.at + column.bytes;
      const range = column.at >= read.at && end <= read.at + read.bytes.length ? read : await this.#rangeAgain(file, column.at, end);
      this.#verify(range, column);
      const base = column.base === null ? null : await this.#timesOf(file, column.base, read, known);
      times = asDamage(this.path, MAGIC.length + column.at, () => timesOf(column, range, base));
      known.set(column, times);
    }
    return times;
  }

  /** The chunks of what a series is told against, read once if they are not in what has just been read. */
  async #rootOf(
    file: ReadFile,
    index: BlockIndex,
    leaf: RunEntry,
    id: number,
    read: FileRange,
    known: Map<number, readonly RootValues[]>,
    depth = 1,
  ): Promise<readonly RootValues[]> {
    const { run: root } = index.entryAtHand(id) ?? (await index.entry(id));
    if ((root.root !== null && depth === ROOTS_DEEP_MAX) || root.column?.at !== leaf.column?.at)
      throw new CorruptionError({ file: this.path, offset: MAGIC.length + leaf.at, reason: 'a root that cannot be one' });
    let spans = known.get(id);
    if (spans === undefined) {
      const own = root.root === null ? null : await this.#rootOf(file, index, root, root.root, read, known, depth + 1);
      const { checked } = root;
      const range = checked.at >= read.at ? read : await this.#rangeAgain(file, checked.at, checked.at + checked.bytes);
      if (range !== read || checked !== leaf.checked) this.#verify(range, checked);
      if (known.size >= ROOTS_HELD) known.clear();
      // A copy: what has been read goes, and the root stays for those that follow.
      const from = root.at - range.at;
      const bytes = new Uint8Array(range.bytes.subarray(from, from + root.bytes));
      spans = spansOf(root, { at: root.at, bytes }).map((span, i) => ({ ...span, root: own?.[i] ?? null }));
      known.set(id, spans);
    }
    return spans;
  }

  /** What is asked for the second time is kept: dashboards ask again, one large question does not. */
  async #rangeAgain(file: ReadFile, at: number, end: number): Promise<FileRange> {
    const part = `chunks ${at} ${end}`;
    if (!this.#asked.has(part)) {
      if (this.#asked.size >= ASKED_HELD) this.#asked.clear();
      this.#asked.add(part);
      return this.#readRange(file, at, end);
    }
    return this.#cache.get(this.path, part, async () => {
      const value = await this.#readRange(file, at, end);
      return { value, bytes: value.bytes.length };
    });
  }

  /** Counted from the start of the chunks section. */
  async #readRange(file: ReadFile, at: number, end: number): Promise<FileRange> {
    return { at, bytes: await readAt(file, this.path, MAGIC.length + at, end - at) };
  }

  #verify({ at, bytes }: FileRange, entry: Section): void {
    const from = entry.at - at;
    const checked = bytes.subarray(from, from + entry.bytes);
    // The processor has an instruction for the newer one.
    if ((this.#footer.index.form === 'pages' ? crc32(checked) : crc32c(checked)) !== entry.crc)
      throw new CorruptionError({ file: this.path, offset: MAGIC.length + entry.at, reason: 'chunks fail their checksum' });
  }

  async #loadIndex(): Promise<Weighed<BlockIndex>> {
    const { index } = this.#footer;
    return index.form === 'pages' ? this.#openPages(index) : this.#loadWhole(index);
  }

  async #openPages({ version, directory, pagesAt, pagesBytes }: Footer['index'] & { form: 'pages' }): Promise<Weighed<BlockIndex>> {
    const { path, meta } = this;
    const deflated = await withFile(this.#files, path, (file) => readSection(file, path, directory, 'directory'));
    const bytes = await inflated(deflated).catch(damageOf(path, directory.at));
    const read = (at: number, count: number) => withFile(this.#files, path, (file) => readAt(file, path, at, count));
    const file = { version, path, meta, cache: this.#cache, pagesAt, pagesBytes, read };
    return { value: asDamage(path, directory.at, () => new PagedIndex(file, bytes)), bytes: DIRECTORY_RATIO * bytes.length };
  }

  async #loadWhole({ version, symbols, series, postings }: Footer['index'] & { form: 'whole' }): Promise<Weighed<BlockIndex>> {
    return withFile(this.#files, this.path, async (file) => {
      const read = async (section: Section, name: string) => {
        const bytes = await readSection(file, this.path, section, name);
        return version < 3 ? bytes : inflated(bytes).catch(damageOf(this.path, section.at));
      };
      const sections = {
        symbols: await read(symbols, 'symbols'),
        series: await read(series, 'series'),
        postings: await read(postings, 'postings'),
      };
      const value = await WholeIndex.open(version, this.meta, sections, new Pacer(this.#clock)).catch(damageOf(this.path, symbols.at));
      // As decoded: strings, and a label set a series once queries have asked for it.
      const bytes = 4 * sections.symbols.length + 2 * sections.series.length + 2 * sections.postings.length + 200 * this.meta.series;
      return { value, bytes };
    });
  }

  async #delete(): Promise<void> {
    await this.#files.remove(this.path).catch(() => {}); // What stays is a leftover, removed on the next opening.
  }
}

interface BlockParts {
  readonly path: string;
  readonly meta: BlockMeta;
  readonly bytes: number;
  readonly footer: Footer;
  readonly cache: IndexCache;
  readonly files: BlockFiles;
  readonly clock: Clock;
}

/** A directory's strings and columns, about. */
const DIRECTORY_RATIO = 4;

/** A part of the chunks section, in memory. */
interface FileRange {
  /** From the section's start. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

interface RunOfSeries {
  readonly id: number;
  readonly run: RunEntry;
}

/** Runs that lie close together are read together. */
async function* batches(ids: readonly number[], index: BlockIndex): AsyncGenerator<RunOfSeries[]> {
  let batch: RunOfSeries[] = [];
  for (const id of ids) {
    const { run } = index.entryAtHand(id) ?? (await index.entry(id));
    if (batch.length > 0) {
      const start = startOf(batch[0].run);
      const { run: last } = batch[batch.length - 1];
      if (startOf(run) - endOf(last) > GAP_BYTES_MAX || endOf(run) - start > BLOCK_READ_BYTES_MAX) {
        yield batch;
        batch = [];
      }
    }
    batch.push({ id, run });
  }
  if (batch.length > 0) yield batch;
}

/** Reading this much for nothing is cheaper than another read. */
const GAP_BYTES_MAX = 16 * 1024;

/** Where what is checked with the run begins, the column that lies before it included. */
function startOf({ checked, column }: RunEntry): number {
  return column !== null && column.at + column.bytes === checked.at ? column.at : checked.at;
}

function endOf({ checked }: RunEntry): number {
  return checked.at + checked.bytes;
}

/** Ranges of a block that are remembered without their bytes: those of some dashboards, columns of times and roots among them. */
const ASKED_HELD = 4096;

/** Roots that one reading keeps: neighbours have the same. */
const ROOTS_HELD = 256;

function chunksOf(run: RunEntry, range: FileRange, times: readonly SharedTimes[] | null, root: readonly RootValues[] | null): Chunk[] {
  const spans = spansOf(run, range);
  return run.chunks.map(({ minMs, maxMs, count }, i) => {
    const chunk = { ...spans[i], minMs, maxMs, count };
    return times === null
      ? { ...chunk, form: 'gorilla' }
      : { ...chunk, form: 'shared times', times: times[i], root: root === null ? null : root[i] };
  });
}

/** `base`: the times that the column's are a part of. */
function timesOf({ at, chunks }: ColumnEntry, range: FileRange, base: readonly SharedTimes[] | null): SharedTimes[] {
  const part = base === null ? null : new PartReader(joined(base.map(decodeSharedTimes)));
  return spansOf({ at, chunks }, range).map((span, i) => {
    const { minMs, maxMs, count } = chunks[i];
    const decoded = part === null ? null : part.next(span.bytes.subarray(span.from, span.to), count);
    if (decoded !== null && (decoded[0] !== minMs || decoded[count - 1] !== maxMs))
      throw new RangeError('other times than those of the part');
    return { ...span, minMs, maxMs, count, decoded };
  });
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function spansOf(run: Pick<RunEntry, 'at' | 'chunks'>, { at, bytes }: FileRange): Span[] {
  let from = run.at - at;
  return run.chunks.map(({ bytes: length }) => {
    from += length;
    return { bytes, from: from - length, to: from };
  });
}
