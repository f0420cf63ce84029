import { randomBytes } from 'node:crypto';
import { assert } from '@tidemark/base';
import { type KernelConstant, loadKernel } from '@tidemark/base/kernel';
import { KERNEL_BYTES_MAX, KERNEL_SAMPLES_MAX } from '../limits.ts';

interface RecordExports {
  readonly NUMBERS: KernelConstant;
  readonly TIMES: KernelConstant;
  readonly VALUES: KernelConstant;
  readonly GROUP_TIMES: KernelConstant;
  readonly GROUP_ENDS: KernelConstant;
  readonly BYTES: KernelConstant;
  readonly END: KernelConstant;
  readonly SAMPLES_MAX: KernelConstant;
  readonly BYTES_MAX: KernelConstant;
  setSeed(low: number, high: number): void;
  encodeGroups(count: number, acceptedAtMs: number): number;
  decodeGroups(length: number, acceptedAtMs: number, announced: number): number;
}

/** 9.4 MiB, of which what is used is taken. */
const PAGES = 151;

/**
 * A record's groups between columns and bytes (docs/format/record.md): byte for byte what src/record/write-groups.ts and
 * read-groups.ts do. Put columns into `numbers`, `timesMs` and `values` and encode, or decode and read them there; what is there
 * and what is returned is valid until the next call.
 */
export class RecordKernel {
  readonly numbers: Uint32Array;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  /** Of what was decoded, by group: its time, and where it ends in the columns. */
  readonly groupTimesMs: Float64Array;
  readonly groupEnds: Uint32Array;
  readonly #exports: RecordExports;
  readonly #bytes: Uint8Array;

  constructor() {
    const { exports, memory } = loadKernel<RecordExports>(new URL('../../dist/record.wasm', import.meta.url), PAGES);
    assert(exports.SAMPLES_MAX.value === KERNEL_SAMPLES_MAX, 'the kernel and its face agree on the samples of a record');
    assert(exports.BYTES_MAX.value === KERNEL_BYTES_MAX, 'the kernel and its face agree on the bytes of a record');
    assert(exports.END.value <= memory.byteLength, 'the kernel has room');
    this.#exports = exports;
    this.#bytes = new Uint8Array(memory, exports.BYTES.value, KERNEL_BYTES_MAX);
    this.numbers = new Uint32Array(memory, exports.NUMBERS.value, KERNEL_SAMPLES_MAX);
    this.timesMs = new Float64Array(memory, exports.TIMES.value, KERNEL_SAMPLES_MAX);
    this.values = new Float64Array(memory, exports.VALUES.value, KERNEL_SAMPLES_MAX);
    this.groupTimesMs = new Float64Array(memory, exports.GROUP_TIMES.value, KERNEL_SAMPLES_MAX);
    this.groupEnds = new Uint32Array(memory, exports.GROUP_ENDS.value, KERNEL_SAMPLES_MAX);
    const seed = randomBytes(8);
    exports.setSeed(seed.readInt32LE(0), seed.readInt32LE(4));
  }

  /** The bytes of the groups of the first `count` samples, whose times are integers of magnitude up to `TIME_MS_MAX`. */
  encodeGroups(count: number, acceptedAtMs: number): Uint8Array {
    assert(count <= KERNEL_SAMPLES_MAX, `${count} samples`);
    const length = this.#exports.encodeGroups(count, acceptedAtMs);
    assert(length > 0, 'times are integers of magnitude up to TIME_MS_MAX');
    return this.#bytes.subarray(0, length);
  }

  /** How many groups `bytes` are; -1 when they are not as they should be, or too large: for the plain form to say. */
  decodeGroups(bytes: Uint8Array, acceptedAtMs: number, announced: number): number {
    if (bytes.length > KERNEL_BYTES_MAX) return -1;
    this.#bytes.set(bytes);
    return this.#exports.decodeGroups(bytes.length, acceptedAtMs, announced);
  }
}

const kernels: { encode?: RecordKernel; decode?: RecordKernel } = {};

/** One of each kind for each thread: what it holds is used up before anybody else calls it. */
export function recordKernel(use: 'encode' | 'decode'): RecordKernel {
  kernels[use] ??= new RecordKernel();
  return kernels[use];
}
