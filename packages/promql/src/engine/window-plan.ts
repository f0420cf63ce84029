import type { WindowPlan } from '@tidemark/tsdb/kernel';
import { NOTHING, NUMBER, type Steps } from './columns.ts';
import { factorOf, reachOf, secondsOf } from './functions/extrapolation.ts';
import type { Look } from './windows.ts';

/** Where the windows of a query lie in one column of times, and which of them have an answer. */
export interface SharedPlan extends WindowPlan {
  readonly times: Float64Array;
  /** By step, as a `Series` has it: shared by all series of the plan. */
  readonly present: Uint8Array;
  readonly isEmpty: boolean;
  /** Of the window that has the most. */
  readonly samplesMost: number;
  /** Of all windows together. */
  readonly samplesSeen: number;
}

export interface PlanShape {
  /** Windows of fewer samples have no answer. */
  readonly samplesMin: number;
  /** Growth is stretched to the window's ends; null where nothing grows. */
  readonly extrapolate: { readonly perSecond: boolean } | null;
  /** By step, what the kernel is told besides; a function of the times of a window that has an answer. */
  readonly parameter?: (step: number, times: Float64Array, from: number, to: number) => number;
}

/** Numbers of all plans that are kept, their times included: 16 MiB. In label order the series of all targets alternate. */
const PLANNED_NUMBERS_MAX = 2 ** 21;

/** Positions, what growth needs, and a parameter. */
const NUMBERS_PER_STEP = 7;

const PATTERNS_KEPT = 16;

/** Columns known by being the same array; other arrays may have the same times. */
const COLUMNS_KEPT = 4096;

/** One plan for each column of times: series that are scraped together share it. */
export class WindowPlans {
  readonly #look: Look;
  readonly #steps: Steps;
  readonly #shape: PlanShape;
  /** By the first time. */
  readonly #plans = new Map<number, SharedPlan[]>();
  #numbers = 0;
  /** By the very columns that they were asked for with: these come again for most series. */
  readonly #known = new Map<Float64Array, SharedPlan>();
  /** Those of all plans: nearly always a few, told apart by being the same array. */
  #patterns: Uint8Array[] = [];

  constructor(look: Look, steps: Steps, shape: PlanShape) {
    this.#look = look;
    this.#steps = steps;
    this.#shape = shape;
  }

  /** `areLasting`: the times stay what they are, and need no copy. */
  of(times: Float64Array, areLasting: boolean): SharedPlan {
    const known = this.#known.get(times);
    if (known !== undefined) return known;
    let plan = this.#plans.get(times[0])?.find((made) => sameTimes(made.times, times));
    if (plan === undefined) {
      plan = this.#make(areLasting ? times : times.slice());
      this.#keep(plan);
    }
    if (this.#known.size >= COLUMNS_KEPT) this.#known.clear();
    this.#known.set(times, plan);
    return plan;
  }

  #keep(plan: SharedPlan): void {
    this.#numbers += plan.times.length + NUMBERS_PER_STEP * this.#steps.count;
    if (this.#numbers > PLANNED_NUMBERS_MAX) {
      this.#plans.clear();
      this.#known.clear();
      this.#numbers = 0;
    }
    const { times } = plan;
    this.#plans.set(times[0], [...(this.#plans.get(times[0]) ?? []), plan]);
  }

  /** The very array of an earlier plan that has an answer at the same steps. */
  #patternOf(present: Uint8Array): Uint8Array {
    const known = this.#patterns.find((pattern) => Buffer.compare(pattern, present) === 0);
    if (known !== undefined) return known;
    this.#patterns = [present, ...this.#patterns].slice(0, PATTERNS_KEPT);
    return present;
  }

  #make(times: Float64Array): SharedPlan {
    const { count } = this.#steps;
    const { view, rangeMs } = this.#look;
    const { samplesMin, extrapolate, parameter } = this.#shape;
    const positions = new Uint32Array(2 * count);
    const numbers = new Float64Array(((parameter === undefined ? 0 : 1) + (extrapolate === null ? 0 : 5)) * count);
    const column = (at: number) => numbers.subarray(at * count, (at + 1) * count);
    const plan = {
      times,
      from: positions.subarray(0, count),
      to: positions.subarray(count),
      present: new Uint8Array(count),
      parameter: parameter === undefined ? null : column(extrapolate === null ? 0 : 5),
      extrapolation:
        extrapolate === null ? null : { sampled: column(0), toStart: column(1), toEnd: column(2), per: column(3), factor: column(4) },
    };
    placeWindows(plan, times, this.#look);
    const span = { times, from: 0, to: 0 };
    let answers = 0;
    let samplesMost = 0;
    let samplesSeen = 0;
    for (let i = 0; i < count; i++) {
      const endMs = view.firstMs + i * view.stepMs;
      const startMs = endMs - rangeMs;
      span.from = plan.from[i];
      span.to = plan.to[i];
      const hasAnswer = span.to - span.from >= samplesMin;
      plan.present[i] = hasAnswer ? NUMBER : NOTHING;
      if (!hasAnswer) continue;
      answers++;
      samplesMost = Math.max(samplesMost, span.to - span.from);
      samplesSeen += span.to - span.from;
      if (plan.parameter !== null) plan.parameter[i] = parameter?.(i, times, span.from, span.to) ?? 0;
      if (plan.extrapolation === null) continue;
      const reach = reachOf(span, { startMs, endMs });
      const per = extrapolate?.perSecond ? secondsOf({ startMs, endMs }) : 1;
      plan.extrapolation.sampled[i] = reach.sampled;
      plan.extrapolation.toStart[i] = reach.toStart;
      plan.extrapolation.toEnd[i] = reach.toEnd;
      plan.extrapolation.per[i] = per;
      plan.extrapolation.factor[i] = factorOf(reach, per);
    }
    return { ...plan, present: this.#patternOf(plan.present), isEmpty: answers === 0, samplesMost, samplesSeen };
  }
}

/** Looks at few of the times: those near where they would be if their number grew evenly. */
function placeWindows({ from, to }: Pick<WindowPlan, 'from' | 'to'>, times: Float64Array, { view, rangeMs }: Look): void {
  const { firstMs, stepMs } = view;
  countUpTo(to, times, firstMs, stepMs);
  // Mostly a window begins where one some steps before it ends.
  const steps = rangeMs / stepMs;
  const isOnSteps = Number.isInteger(steps) && Number.isInteger(stepMs) && Number.isInteger(firstMs);
  const others = isOnSteps ? Math.min(steps, from.length) : from.length;
  countUpTo(from.subarray(0, others), times, firstMs - rangeMs, stepMs);
  from.set(to.subarray(0, from.length - others), others);
}

/** By step how many of the times are not after it. */
function countUpTo(counts: Uint32Array, times: Float64Array, firstMs: number, stepMs: number): void {
  let before = 0;
  let count = 0;
  for (let i = 0; i < counts.length; i++) {
    const timeMs = firstMs + i * stepMs;
    const least = count;
    count = Math.min(count + (count - before), times.length);
    while (count < times.length && times[count] <= timeMs) count++;
    while (count > least && times[count - 1] > timeMs) count--;
    counts[i] = count;
    before = least;
  }
}

/** The windows `[from, to)` of a plan that extrapolates nothing, over the samples `[samplesFrom, samplesTo)` alone. */
export function pieceOf(
  plan: SharedPlan,
  from: number,
  to: number,
): WindowPlan & { readonly samplesFrom: number; readonly samplesTo: number } {
  const samplesFrom = plan.from[from];
  return {
    samplesFrom,
    samplesTo: plan.to[to - 1],
    from: plan.from.slice(from, to).map((at) => at - samplesFrom),
    to: plan.to.slice(from, to).map((at) => at - samplesFrom),
    parameter: plan.parameter?.subarray(from, to) ?? null,
    extrapolation: null,
  };
}

export function sameTimes(a: Float64Array, b: Float64Array): boolean {
  if (a === b) return true;
  const last = a.length - 1;
  if (a.length !== b.length || a[0] !== b[0] || a[last] !== b[last]) return false;
  return Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
