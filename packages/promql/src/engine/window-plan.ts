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

/** Plans that are kept: in label order the series of all targets alternate. */
const PLANS_KEPT = 64;

/** Steps of all that are kept: some ten megabytes. */
const PLANNED_STEPS_MAX = 262_144;

/** One plan for each column of times: series that are scraped together share it. */
export class WindowPlans {
  readonly #look: Look;
  readonly #steps: Steps;
  readonly #shape: PlanShape;
  readonly #kept: number;
  /** Those made last first. */
  #plans: SharedPlan[] = [];
  /** The pattern of all plans that have an answer at each step. */
  #full: Uint8Array | null = null;
  /** By the very columns that they were asked for with: these come again for most series. */
  readonly #known = new Map<Float64Array, SharedPlan>();

  constructor(look: Look, steps: Steps, shape: PlanShape) {
    this.#look = look;
    this.#steps = steps;
    this.#shape = shape;
    this.#kept = Math.max(1, Math.min(PLANS_KEPT, Math.floor(PLANNED_STEPS_MAX / steps.count)));
  }

  of(times: Float64Array): SharedPlan {
    const known = this.#known.get(times);
    if (known !== undefined) return known;
    let plan = this.#plans.find((made) => sameTimes(made.times, times));
    if (plan === undefined) {
      plan = this.#make(times.slice());
      this.#plans = [plan, ...this.#plans].slice(0, this.#kept);
    }
    if (this.#known.size >= this.#kept) this.#known.clear();
    this.#known.set(times, plan);
    return plan;
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
    const span = { times, from: 0, to: 0 };
    let answers = 0;
    let samplesMost = 0;
    let samplesSeen = 0;
    for (let i = 0; i < count; i++) {
      const endMs = view.firstMs + i * view.stepMs;
      const startMs = endMs - rangeMs;
      while (span.to < times.length && times[span.to] <= endMs) span.to++;
      while (span.from < span.to && times[span.from] <= startMs) span.from++;
      plan.from[i] = span.from;
      plan.to[i] = span.to;
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
    if (answers === count) this.#full ??= plan.present;
    const present = answers === count && this.#full !== null ? this.#full : plan.present;
    return { ...plan, present, isEmpty: answers === 0, samplesMost, samplesSeen };
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
