import { assert } from '@tidemark/base';
import { type KernelConstant, loadKernel } from '@tidemark/base/kernel';
import { KERNEL_SAMPLES_MAX, KERNEL_SORTED_MAX, KERNEL_WINDOWS_MAX } from '../limits.ts';
import { PACKED_SCALES, type PackedValues } from './packed-values.ts';
import { CODEC_PAGES, PLAN_AT, sharedMemory } from './shared-memory.ts';
import type { WindowPlan } from './window-plan.ts';

/** Which answers a kernel gives. Its plain form is in packages/promql/src/engine/functions, and gives the same bits. */
export type WindowAnswers =
  | 'counter growth'
  | 'gauge growth'
  | 'newest counter growth'
  | 'newest gauge growth'
  | 'sum'
  | 'mean'
  | 'min'
  | 'max'
  | 'variance'
  | 'quantile'
  | 'changes'
  | 'resets'
  | 'count'
  | 'last';

/** Where a counter began anew: positions whose value is below the one before, in a column of which `first` and what follows is looked through. */
export interface Resets {
  readonly positions: Uint32Array;
  readonly first: number;
}

interface WindowExports {
  readonly VALUES: KernelConstant;
  readonly ANSWERS: KernelConstant;
  readonly SAMPLES_MAX: KernelConstant;
  readonly WINDOWS_MAX: KernelConstant;
  readonly SORTED_MAX: KernelConstant;
  lookAt(values: number): void;
  lookThrough(plan: number, windows: number): void;
  readonly THERE: KernelConstant;
  readonly RESETS: KernelConstant;
  addExactly(numbers: number, at: number, steps: number, sums: number): number;
  hasNaN(samples: number): number;
  findResets(samples: number): number;
  areFinite(windows: number): number;
  counterGrowth(samples: number, windows: number): void;
  counterGrowthOf(windows: number, resets: number): void;
  leastUnits(samples: number, scale: number): number;
  packedWidth(samples: number, base: number, scale: number): number;
  pack(samples: number, into: number, width: number, base: number, scale: number): void;
  lookAtPacked(at: number, width: number, base: number, scale: number): void;
  unpack(samples: number, into: number): void;
  gaugeGrowth(windows: number): void;
  sumWindows(samples: number, windows: number): void;
  meanWindows(samples: number, windows: number): void;
  minWindows(samples: number, windows: number): void;
  maxWindows(samples: number, windows: number): void;
  varianceWindows(windows: number): void;
  quantileWindows(windows: number): void;
  changesWindows(samples: number, windows: number): void;
  resetsWindows(samples: number, windows: number): void;
  countWindows(windows: number): void;
  lastWindows(windows: number): void;
  newestGrowth(windows: number, counter: boolean): void;
}

export class WindowKernel {
  readonly #exports: WindowExports;
  readonly #memory: ArrayBuffer;
  readonly #values: Float64Array;
  readonly #answers: Float64Array;
  /** As many as were asked for last: valid until the next are. */
  answers: Float64Array = new Float64Array(0);
  readonly #there: Uint32Array;
  readonly #resets: Uint32Array;
  /** What `#there` says. */
  #pattern: Uint8Array | null = null;
  /** What was looked through last. */
  #plan: WindowPlan | null = null;

  constructor() {
    const { exports, memory } = loadKernel<WindowExports>(new URL('../../dist/window.wasm', import.meta.url), sharedMemory());
    assert(exports.VALUES.value >= CODEC_PAGES << 16, 'the kernel begins behind the codec');
    assert(
      exports.SAMPLES_MAX.value === KERNEL_SAMPLES_MAX &&
        exports.WINDOWS_MAX.value === KERNEL_WINDOWS_MAX &&
        exports.SORTED_MAX.value === KERNEL_SORTED_MAX,
      'the kernel and its face agree on their limits',
    );
    const numbers = (at: KernelConstant, length: number) => new Float64Array(memory, at.value, length);
    this.#exports = exports;
    this.#memory = memory;
    this.#values = numbers(exports.VALUES, KERNEL_SAMPLES_MAX);
    this.#answers = numbers(exports.ANSWERS, KERNEL_WINDOWS_MAX);
    this.#there = new Uint32Array(memory, exports.THERE.value, 2 * KERNEL_WINDOWS_MAX);
    this.#resets = new Uint32Array(memory, exports.RESETS.value, KERNEL_SAMPLES_MAX);
  }

  /** Values that the codec has just decoded are looked through where they are. */
  hasNaN(values: Float64Array): boolean {
    if (values.buffer !== this.#memory) return values.includes(Number.NaN);
    this.#exports.lookAt(values.byteOffset);
    return this.#exports.hasNaN(values.length) !== 0;
  }

  /**
   * One answer for each window, in `answers`; where a window has too few samples for one it means nothing. An answer that is
   * not a finite number may differ from the plain form's, which must be asked then: returns whether all are finite.
   */
  answer(what: WindowAnswers, plan: WindowPlan, values: Float64Array): boolean {
    const windows = plan.from.length;
    assert(values.length <= KERNEL_SAMPLES_MAX && windows <= KERNEL_WINDOWS_MAX, 'more than the kernel has room for');
    if (this.answers.length !== windows) this.answers = this.#answers.subarray(0, windows);
    this.#lookThrough(plan);
    this.#lookAt(values);
    switch (what) {
      case 'counter growth':
        this.#exports.counterGrowth(values.length, windows);
        break;
      case 'gauge growth':
        this.#exports.gaugeGrowth(windows);
        break;
      case 'sum':
        this.#exports.sumWindows(values.length, windows);
        break;
      case 'mean':
        this.#exports.meanWindows(values.length, windows);
        break;
      case 'min':
        this.#exports.minWindows(values.length, windows);
        break;
      case 'max':
        this.#exports.maxWindows(values.length, windows);
        break;
      case 'variance':
        this.#exports.varianceWindows(windows);
        break;
      case 'quantile':
        this.#exports.quantileWindows(windows);
        break;
      case 'changes':
        this.#exports.changesWindows(values.length, windows);
        break;
      case 'resets':
        this.#exports.resetsWindows(values.length, windows);
        break;
      case 'count':
        this.#exports.countWindows(windows);
        break;
      case 'last':
        this.#exports.lastWindows(windows);
        break;
      case 'newest counter growth':
        this.#exports.newestGrowth(windows, true);
        break;
      case 'newest gauge growth':
        this.#exports.newestGrowth(windows, false);
    }
    return this.#exports.areFinite(windows) !== 0;
  }

  /** As `answer` gives 'counter growth' of the same values, without looking for resets. `values`: as they are, or packed. */
  counterGrowth(plan: WindowPlan, values: Float64Array | PackedValues, { positions, first }: Resets): boolean {
    const windows = plan.from.length;
    assert(windows <= KERNEL_WINDOWS_MAX && positions.length < KERNEL_SAMPLES_MAX, 'more than the kernel has room for');
    if (this.answers.length !== windows) this.answers = this.#answers.subarray(0, windows);
    let resets = 0;
    for (let i = 0; i < positions.length; i++) if (positions[i] > first) this.#resets[resets++] = positions[i] - first;
    this.#lookThrough(plan);
    if (values instanceof Float64Array) this.#lookAt(values);
    else this.#lookAtPacked(values);
    this.#exports.counterGrowthOf(windows, resets);
    return this.#exports.areFinite(windows) !== 0;
  }

  /** `values` where they take less room, from byte `at` of the memory on; null where they do not. */
  pack(values: Float64Array, at: number): PackedValues | null {
    this.#lookAt(values);
    for (const scale of PACKED_SCALES) {
      const base = this.#exports.leastUnits(values.length, scale);
      const width = this.#exports.packedWidth(values.length, base, scale);
      if (width === 0) continue;
      this.#exports.pack(values.length, at, width, base, scale);
      return { at, count: values.length, width, base, scale };
    }
    return null;
  }

  /** `into` lies in the kernels' memory. */
  unpack(packed: PackedValues, into: Float64Array): void {
    this.#lookAtPacked(packed);
    this.#exports.unpack(packed.count, into.byteOffset);
  }

  #lookAtPacked({ at, width, base, scale }: PackedValues): void {
    this.#exports.lookAtPacked(at, width, base, scale);
  }

  /** The positions whose value is below the one before, if they are not more than `most`. */
  resetsOf(values: Float64Array, most: number): Uint32Array | null {
    this.#lookAt(values);
    const found = this.#exports.findResets(values.length);
    return found > most ? null : this.#resets.slice(0, found);
  }

  /** May `addExactly` be asked for such numbers? */
  canAdd(numbers: Float64Array): boolean {
    return numbers.buffer === this.#memory && numbers.length <= KERNEL_WINDOWS_MAX;
  }

  /**
   * Adds `numbers` where `pattern`, which does not change any more, is 1 to sums of three columns behind each other, all in the kernel's memory,
   * from step `at` on. Returns the first step that it leaves to the caller, who goes on behind it; else how many there are.
   */
  addExactly(numbers: Float64Array, pattern: Uint8Array, at: number, sums: Float64Array): number {
    if (this.#pattern !== pattern) {
      this.#pattern = pattern;
      for (let i = 0; i < pattern.length; i++) this.#there[2 * i] = this.#there[2 * i + 1] = pattern[i] === 1 ? 0xffffffff : 0;
    }
    return this.#exports.addExactly(numbers.byteOffset, at, numbers.length, sums.byteOffset);
  }

  #lookAt(values: Float64Array): void {
    const isHere = values.buffer === this.#memory;
    if (!isHere) this.#values.set(values);
    this.#exports.lookAt(isHere ? values.byteOffset : this.#values.byteOffset);
  }

  /** Where it lies, if that is here; else a copy. */
  #lookThrough(plan: WindowPlan): void {
    if (this.#plan === plan) return;
    this.#plan = plan;
    const { numbers, from } = plan;
    const isHere = numbers.buffer === this.#memory;
    if (!isHere) new Float64Array(this.#memory, PLAN_AT, numbers.length).set(numbers);
    this.#exports.lookThrough(isHere ? numbers.byteOffset : PLAN_AT, from.length);
  }
}

let shared: WindowKernel | null = null;

/** This thread's instance, made when it is first needed. */
export function windowKernel(): WindowKernel {
  shared ??= new WindowKernel();
  return shared;
}
