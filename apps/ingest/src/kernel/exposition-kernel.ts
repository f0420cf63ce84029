import { randomBytes } from 'node:crypto';
import { assert } from '@tidemark/base';
import { type KernelConstant, loadKernel } from '@tidemark/base/kernel';
import { EXPOSITION_BYTES_MAX, EXPOSITION_BYTES_USUAL } from '../limits.ts';

interface ExpositionExports {
  readonly BODY: KernelConstant;
  readonly LAYOUT: KernelConstant;
  readonly LINES: KernelConstant;
  readonly NEXT: KernelConstant;
  readonly NUMBERS: KernelConstant;
  readonly TIMES: KernelConstant;
  readonly VALUES: KernelConstant;
  readonly nextBytes: KernelConstant;
  readonly nextCount: KernelConstant;
  setSeed(low: number, high: number): void;
  arrange(capacity: number): number;
  begin(bytes: number, layoutBytes: number, count: number, openMetrics: boolean): void;
  read(): number;
  position(): number;
  lineNumber(): number;
  hasStrayed(): number;
  find(from: number, to: number): number;
  add(from: number, to: number, comment: boolean): number;
  take(next: number): number;
  takeSample(next: number, value: number, timeMs: number): number;
  skipTo(next: number): void;
  rewrite(spareMax: number): number;
  notedCount(): number;
  sampleCount(): number;
}

/** What a target's bodies look like: apps/ingest/kernel/exposition/lines.ts draws it. */
export interface Layout {
  readonly bytes: Uint8Array;
  /** Its lines are numbered from 0 on. */
  readonly count: number;
}

export const NO_LAYOUT: Layout = { bytes: new Uint8Array(0), count: 0 };

/** Why `read` has come back: the body is over; a line is to be read; a value is, of the line `lineNumber`; there are too many lines. */
export type Stop = 'over' | 'line' | 'value' | 'full';
const STOPS: readonly Stop[] = ['over', 'line', 'value', 'full'];

/**
 * An exposition's body becomes columns. Lines that the target has had before are read here, and what is new, unusual or broken is left
 * to the caller, line by line. Nothing of a target stays here: its layout comes with each body.
 */
export class ExpositionKernel {
  readonly #exports: ExpositionExports;
  readonly #memory: ArrayBuffer;
  readonly #body: Uint8Array;
  readonly #layout: Uint8Array;
  readonly #next: Uint8Array;

  /** For bodies of up to `capacity` bytes, a power of two. The seed keeps others from sending texts that are slow to look up. */
  constructor(capacity: number, seed: readonly [low: number, high: number]) {
    const pages = Math.ceil((MEMORY_PER_BYTE * capacity) / 65536) + 4;
    const { exports, memory } = loadKernel<ExpositionExports>(new URL('../../dist/exposition.wasm', import.meta.url), pages);
    assert(exports.arrange(capacity) >>> 0 <= memory.byteLength, 'the memory holds what a body takes');
    exports.setSeed(...seed);
    this.#exports = exports;
    this.#memory = memory;
    this.#body = new Uint8Array(memory, at(exports.BODY), capacity);
    this.#layout = new Uint8Array(memory, at(exports.LAYOUT), 2 * capacity);
    this.#next = new Uint8Array(memory, at(exports.NEXT), 2 * capacity);
  }

  begin(body: Uint8Array, layout: Layout, openMetrics: boolean): void {
    this.#body.set(body);
    this.#layout.set(layout.bytes);
    this.#exports.begin(body.length, layout.bytes.length, layout.count, openMetrics);
  }

  /** Reads on. */
  read(): Stop {
    return STOPS[this.#exports.read()];
  }

  /** Where the caller is to read: a line's beginning, or the end of its series. */
  get position(): number {
    return this.#exports.position();
  }

  get lineNumber(): number {
    return this.#exports.lineNumber();
  }

  /** Is the text at `[from, to)` known? Then what is taken next is on its line. */
  find(from: number, to: number): boolean {
    return this.#exports.find(from, to) !== 0;
  }

  /** Makes it known, under the next number. False when there is no room. */
  add(from: number, to: number, kind: 'comment' | 'sample'): boolean {
    return this.#exports.add(from, to, kind === 'comment') !== 0;
  }

  /** The line has been read, up to `next`. False when there is no room. */
  take(next: number): boolean {
    return this.#exports.take(next) !== 0;
  }

  takeSample({ next, value, timeMs }: { readonly next: number; readonly value: number; readonly timeMs: number }): boolean {
    return this.#exports.takeSample(next, value, timeMs) !== 0;
  }

  skipTo(next: number): void {
    this.#exports.skipTo(next);
  }

  /** Lines were new, or in another order than in the layout. */
  get hasStrayed(): boolean {
    return this.#exports.hasStrayed() !== 0;
  }

  get lines(): number {
    return this.#exports.notedCount();
  }

  get samples(): number {
    return this.#exports.sampleCount();
  }

  /** Views, valid until the next body. Times are NaN where the target gave none. */
  columns(): { numbers: Uint32Array; timesMs: Float64Array; values: Float64Array } {
    const count = this.#exports.sampleCount();
    return {
      numbers: new Uint32Array(this.#memory, at(this.#exports.NUMBERS), count),
      timesMs: new Float64Array(this.#memory, at(this.#exports.TIMES), count),
      values: new Float64Array(this.#memory, at(this.#exports.VALUES), count),
    };
  }

  /** The layout for the next body, with up to `spareMax` lines that this one does not have, and the number that each line had. */
  nextLayout(spareMax: number): { layout: Layout; numbers: Uint32Array } | null {
    if (this.#exports.rewrite(spareMax) === 0) return null;
    const count = this.#exports.nextCount.value;
    const bytes = this.#next.slice(0, this.#exports.nextBytes.value);
    return { layout: { bytes, count }, numbers: new Uint32Array(this.#memory, at(this.#exports.LINES), count) };
  }
}

/** Body, two layouts of twice its size, columns, a table: see apps/ingest/kernel/exposition/memory.ts. */
const MEMORY_PER_BYTE = 8.75;

/** An address, which may lie beyond 2 GiB. */
function at({ value }: KernelConstant): number {
  return value >>> 0;
}

/** By capacity. Those for large bodies go when nobody holds them any more. */
const kernels = new Map<number, { deref(): ExpositionKernel | undefined }>();

/** This thread's instances that such a body fits into, the smallest first; it may have too many lines for that one. None when there is no memory. */
export function* expositionKernels(body: Uint8Array, layout: Layout): Generator<ExpositionKernel> {
  for (let capacity = EXPOSITION_BYTES_USUAL; capacity <= EXPOSITION_BYTES_MAX; capacity *= 8) {
    if (body.length > capacity || layout.bytes.length > 2 * capacity) continue;
    const kernel = kernels.get(capacity)?.deref() ?? newKernel(capacity);
    if (kernel !== null) yield kernel;
  }
}

function newKernel(capacity: number): ExpositionKernel | null {
  const seed = randomBytes(8);
  try {
    const kernel = new ExpositionKernel(capacity, [seed.readUInt32LE(0), seed.readUInt32LE(4)]);
    kernels.set(capacity, capacity === EXPOSITION_BYTES_USUAL ? { deref: () => kernel } : new WeakRef(kernel));
    return kernel;
  } catch (error) {
    if (error instanceof RangeError) return null; // So much memory is not to be had.
    throw error;
  }
}
