import { assert } from '@tidemark/base';
import { type KernelConstant, loadKernel } from '@tidemark/base/kernel';
import { KERNEL_SAMPLES_MAX, KERNEL_SORTED_MAX, KERNEL_WINDOWS_MAX } from '../limits.ts';
import { CODEC_PAGES, PLANS_AT, PLANS_BYTES, sharedMemory } from './shared-memory.ts';

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
  /** Where plans lie: behind each other, until there is no more room, and all are put there anew. */
  #plansAt = new WeakMap<WindowPlan, number>();
  #plansEnd = PLANS_AT;

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

  #lookThrough(plan: WindowPlan): void {
    if (this.#plan === plan) return;
    this.#plan = plan;
    this.#exports.lookThrough(this.#plansAt.get(plan) ?? this.#put(plan), plan.from.length);
  }

  /** Columns by window behind each other, as `lookThrough` of kernel/window/memory.ts has them. */
  #put(plan: WindowPlan): number {
    const windows = plan.from.length;
    if (this.#plansEnd + windows * PLAN_BYTES > PLANS_AT + PLANS_BYTES) {
      this.#plansAt = new WeakMap();
      this.#plansEnd = PLANS_AT;
    }
    const at = this.#plansEnd;
    this.#plansEnd += windows * PLAN_BYTES;
    this.#plansAt.set(plan, at);
    new Uint32Array(this.#memory, at, windows).set(plan.from);
    new Uint32Array(this.#memory, at + 4 * windows, windows).set(plan.to);
    const { parameter, extrapolation } = plan;
    const columns = [parameter, ...GROWTH_COLUMNS.map((name) => extrapolation?.[name] ?? null)];
    for (const [i, column] of columns.entries())
      if (column !== null) new Float64Array(this.#memory, at + 8 * windows * (i + 1), windows).set(column);
    return at;
  }
}

/** Of values none of which is below the one before. */
function standsStill(values: Float64Array): boolean {
  return values[0] === values[values.length - 1] && Number.isFinite(values[0]);
}

const GROWTH_COLUMNS = ['sampled', 'toStart', 'toEnd', 'per', 'factor'] as const;

/** Of each window: two positions, a parameter, and what growth needs. */
const PLAN_BYTES = 8 + 8 * (1 + GROWTH_COLUMNS.length);

let shared: WindowKernel | null = null;

/** This thread's instance, made when it is first needed. */
export function windowKernel(): WindowKernel {
  shared ??= new WindowKernel();
  return shared;
}
