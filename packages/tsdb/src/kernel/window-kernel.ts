import { assert } from '@tidemark/base';
import { type KernelConstant, loadKernel } from '@tidemark/base/kernel';
import { KERNEL_SAMPLES_MAX, KERNEL_SORTED_MAX, KERNEL_WINDOWS_MAX } from '../limits.ts';
import { CODEC_PAGES, sharedMemory } from './shared-memory.ts';

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

/**
 * The windows that a query looks through, by positions in a series' columns: the same for all series that have the
 * same times. Windows begin and end in rising order. Not changed once it has been used.
 */
export interface WindowPlan {
  readonly from: Uint32Array;
  /** Behind the last. */
  readonly to: Uint32Array;
  /** By window: which quantile, or what the newest growth is divided by. */
  readonly parameter: Float64Array | null;
  /** For growth, by window of two samples or more, in seconds. */
  readonly extrapolation: {
    /** From the first sample to the last. */
    readonly sampled: Float64Array;
    /** From the first sample to where the growth is stretched, and from the last. */
    readonly toStart: Float64Array;
    readonly toEnd: Float64Array;
    /** What is divided by at the end: the window's length, or 1. */
    readonly per: Float64Array;
    /** What growth is multiplied by, for what is no counter near zero. */
    readonly factor: Float64Array;
  } | null;
}

interface WindowExports {
  readonly VALUES: KernelConstant;
  readonly FROM: KernelConstant;
  readonly TO: KernelConstant;
  readonly SAMPLED: KernelConstant;
  readonly TO_START: KernelConstant;
  readonly TO_END: KernelConstant;
  readonly PER: KernelConstant;
  readonly FACTOR: KernelConstant;
  readonly PARAMETER: KernelConstant;
  readonly ANSWERS: KernelConstant;
  readonly SAMPLES_MAX: KernelConstant;
  readonly WINDOWS_MAX: KernelConstant;
  readonly SORTED_MAX: KernelConstant;
  lookAt(values: number): void;
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
  readonly #parameter: Float64Array;
  readonly #positions: { readonly from: Uint32Array; readonly to: Uint32Array };
  readonly #seconds: Record<keyof NonNullable<WindowPlan['extrapolation']>, Float64Array>;
  /** What lies in the kernel's memory. */
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
    const positions = (at: KernelConstant) => new Uint32Array(memory, at.value, KERNEL_WINDOWS_MAX);
    this.#exports = exports;
    this.#memory = memory;
    this.#values = numbers(exports.VALUES, KERNEL_SAMPLES_MAX);
    this.#answers = numbers(exports.ANSWERS, KERNEL_WINDOWS_MAX);
    this.#parameter = numbers(exports.PARAMETER, KERNEL_WINDOWS_MAX);
    this.#positions = { from: positions(exports.FROM), to: positions(exports.TO) };
    this.#seconds = {
      sampled: numbers(exports.SAMPLED, KERNEL_WINDOWS_MAX),
      toStart: numbers(exports.TO_START, KERNEL_WINDOWS_MAX),
      toEnd: numbers(exports.TO_END, KERNEL_WINDOWS_MAX),
      per: numbers(exports.PER, KERNEL_WINDOWS_MAX),
      factor: numbers(exports.FACTOR, KERNEL_WINDOWS_MAX),
    };
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
    this.#put(plan);
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
    if (this.answers.length !== windows) this.answers = this.#answers.subarray(0, windows);
    return this.#exports.areFinite(windows) !== 0;
  }

  #lookAt(values: Float64Array): void {
    const isHere = values.buffer === this.#memory;
    if (!isHere) this.#values.set(values);
    this.#exports.lookAt(isHere ? values.byteOffset : this.#values.byteOffset);
  }

  #put(plan: WindowPlan): void {
    if (this.#plan === plan) return;
    this.#plan = plan;
    this.#positions.from.set(plan.from);
    this.#positions.to.set(plan.to);
    const { extrapolation, parameter } = plan;
    if (parameter !== null) this.#parameter.set(parameter);
    if (extrapolation === null) return;
    this.#seconds.sampled.set(extrapolation.sampled);
    this.#seconds.toStart.set(extrapolation.toStart);
    this.#seconds.toEnd.set(extrapolation.toEnd);
    this.#seconds.per.set(extrapolation.per);
    this.#seconds.factor.set(extrapolation.factor);
  }
}

let shared: WindowKernel | null = null;

/** This thread's instance, made when it is first needed. */
export function windowKernel(): WindowKernel {
  shared ??= new WindowKernel();
  return shared;
}
