import { assert } from '@tidemark/base';
import { type KernelConstant, loadKernel } from '@tidemark/base/kernel';
import { KERNEL_SAMPLES_MAX, KERNEL_SORTED_MAX, KERNEL_WINDOWS_MAX } from '../limits.ts';
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

interface WindowExports {
  readonly VALUES: KernelConstant;
  readonly ANSWERS: KernelConstant;
  readonly SAMPLES_MAX: KernelConstant;
  readonly WINDOWS_MAX: KernelConstant;
  readonly SORTED_MAX: KernelConstant;
  lookAt(values: number): void;
  lookThrough(plan: number, windows: number): void;
  readonly THERE: KernelConstant;
  addExactly(numbers: number, at: number, steps: number, sums: number): number;
  hasNaN(samples: number): number;
  anyFall(samples: number): number;
  areFinite(windows: number): number;
  counterGrowth(samples: number, windows: number, neverFalls: boolean): void;
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
  }

  /** Values that the codec has just decoded are looked through where they are. */
  hasNaN(values: Float64Array): boolean {
    if (values.buffer !== this.#memory) return values.includes(Number.NaN);
    this.#exports.lookAt(values.byteOffset);
    return this.#exports.hasNaN(values.length) !== 0;
  }

  /** Is no value below the one before? */
  neverFalls(values: Float64Array): boolean {
    this.#lookAt(values);
    return this.#exports.anyFall(values.length) === 0;
  }

  /**
   * One answer for each window, in `answers`; where a window has too few samples for one it means nothing. An answer that is
   * not a finite number may differ from the plain form's, which must be asked then: returns whether all are finite. `neverFalls`: it is known
   * that no value is below the one before.
   */
  answer(what: WindowAnswers, plan: WindowPlan, values: Float64Array, neverFalls = false): boolean {
    const windows = plan.from.length;
    assert(values.length <= KERNEL_SAMPLES_MAX && windows <= KERNEL_WINDOWS_MAX, 'more than the kernel has room for');
    if (this.answers.length !== windows) this.answers = this.#answers.subarray(0, windows);
    // Fast path: many counters stand still.
    if (what === 'counter growth' && neverFalls && standsStill(values)) {
      this.answers.fill(0);
      return true;
    }
    this.#lookThrough(plan);
    this.#lookAt(values);
    switch (what) {
      case 'counter growth':
        this.#exports.counterGrowth(values.length, windows, neverFalls);
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

/** Of values none of which is below the one before. */
function standsStill(values: Float64Array): boolean {
  return values[0] === values[values.length - 1] && Number.isFinite(values[0]);
}

let shared: WindowKernel | null = null;

/** This thread's instance, made when it is first needed. */
export function windowKernel(): WindowKernel {
  shared ??= new WindowKernel();
  return shared;
}
