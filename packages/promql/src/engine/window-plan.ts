import { newWindowPlan, PLAN_NUMBERS, planRoom, type WindowPlan } from '@tidemark/tsdb/kernel';
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
  /** Where its plans lie in the kernels' memory, those too that are no longer kept: somebody may look through them still. */
  readonly #rooms: Float64Array[] = [];
  /** That of the plan in the making. */
  readonly #present: Uint8Array;

  constructor(look: Look, steps: Steps, shape: PlanShape) {
    this.#look = look;
    this.#steps = steps;
    this.#shape = shape;
    this.#present = new Uint8Array(steps.count);
  }

  /** Its plans are not looked through any more. */
  release(): void {
    for (const room of this.#rooms.reverse()) planRoom().giveBack(room);
    this.#rooms.length = 0;
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
    this.#numbers += plan.times.length + PLAN_NUMBERS * this.#steps.count;
    if (this.#numbers > PLANNED_NUMBERS_MAX) {
      this.#plans.clear();
      this.#known.clear();
      this.#numbers = 0;
    }
    const { times } = plan;
    this.#plans.set(times[0], [...(this.#plans.get(times[0]) ?? []), plan]);
  }

  /** The very array of an earlier plan that has an answer at the same steps, or a copy. */
  #patternOf(present: Uint8Array): Uint8Array {
    const known = this.#patterns.find((pattern) => Buffer.compare(pattern, present) === 0);
    if (known !== undefined) return known;
    const own = present.slice();
    this.#patterns = [own, ...this.#patterns].slice(0, PATTERNS_KEPT);
    return own;
  }

  #make(times: Float64Array): SharedPlan {
    const { count } = this.#steps;
    const { view, rangeMs } = this.#look;
    const { samplesMin, extrapolate, parameter } = this.#shape;
    const room = planRoom().take(PLAN_NUMBERS * count);
    if (room !== null) this.#rooms.push(room);
    const plan = newWindowPlan(count, room ?? undefined);
    const present = this.#present;
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
      present[i] = hasAnswer ? NUMBER : NOTHING;
      if (!hasAnswer) continue;
      answers++;
      samplesMost = Math.max(samplesMost, span.to - span.from);
      samplesSeen += span.to - span.from;
      if (parameter !== undefined) plan.parameter[i] = parameter(i, times, span.from, span.to);
      if (extrapolate === null) continue;
      const reach = reachOf(span, { startMs, endMs });
      const per = extrapolate.perSecond ? secondsOf({ startMs, endMs }) : 1;
      plan.sampled[i] = reach.sampled;
      plan.toStart[i] = reach.toStart;
      plan.toEnd[i] = reach.toEnd;
      plan.per[i] = per;
      plan.factor[i] = factorOf(reach, per);
    }
    return { ...plan, times, present: this.#patternOf(present), isEmpty: answers === 0, samplesMost, samplesSeen };
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
  const piece = newWindowPlan(to - from);
  for (let i = from; i < to; i++) {
    piece.from[i - from] = plan.from[i] - samplesFrom;
    piece.to[i - from] = plan.to[i] - samplesFrom;
    piece.parameter[i - from] = plan.parameter[i];
  }
  return { ...piece, samplesFrom, samplesTo: plan.to[to - 1] };
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
