import { visitWindows } from '@tidemark/tsdb';
import type { Labels } from '@tidemark/tsdb/model';
import { copyWindows, type RolledColumns, type SeriesKind } from '@tidemark/tsdb/rollup';
import type { MatrixSelector, VectorSelector } from '../../syntax/ast.ts';
import { ColumnRoom } from '../column-room.ts';
import { chargeColumns, HISTOGRAM, NOTHING, NUMBER, type Series, type SeriesSink, type Steps, stepTime } from '../columns.ts';
import type { QueryContext } from '../context.ts';
import { RangeNotes } from '../functions/range-notes.ts';
import type { NativeHistogram } from '../histogram/native-histogram.ts';
import type { Sample } from '../histogram/operate.ts';
import { WINDOW_SLICE_SAMPLES } from '../limits.ts';
import { rangeOf, type View, viewOf } from '../times.ts';
import { RAW } from './holdings.ts';
import { histogramAt, isLacking, keeps, type Need, type RolledFunction, type RolledSpan } from './rolled-function.ts';

/**
 * Selectors over windows of the context's tier, as select.ts and windows.ts over samples. Windows that do not fit the steps are taken
 * by the nearest that are over: a step sees nothing of what comes after it.
 */

/** A function of a range vector at all steps: all series that have an answer, or one after the other to `sink`, and then none. */
export async function overRolled(
  selector: MatrixSelector,
  steps: Steps,
  context: QueryContext,
  what: RolledFunction,
  sink?: SeriesSink,
): Promise<FromWindows> {
  const { queryable, tenant, budget, widthMs, lacking } = context;
  const ends = endsOf(viewOf(selector.vector, steps, context), steps.count, widthMs);
  const look = { ends, widthMs, ...fitted(rangeOf(selector, context), widthMs) };
  const found: Series[] = [];
  const take = sink ?? ((series) => found.push(series));
  // Whoever takes series one by one has done with a column before the next is made.
  const answers = new Answers(steps.count, sink === undefined);
  const keep = (series: Series | null) => {
    if (series !== null) take(series);
  };
  const long: Asked[] = [];
  const range = { fromMs: ends[0] - look.rangeMs, toMs: ends[ends.length - 1] };
  const request = { ...{ tenant, matchers: selector.vector.matchers, range, widthMs }, ...keptFor(what.need, context) };
  const rest = new Rest(context);
  const hasSlow = await visitWindows(queryable, request, budget, (labels, windows) => {
    chargeColumns(budget, 1, steps);
    const kept = keeps(windows, what);
    if (kept !== 'all' && rest.takes()) return;
    rest.leave(labels);
    if (kept === 'less') lacking.rough++;
    if (kept === 'nothing' || kept === 'some') lacking.leftOut++;
    if (kept === 'nothing') return;
    const asked = { labels, windows, what, notes: new RangeNotes(context.notes, selector.span, { labels }), isPartial: kept === 'some' };
    if (isLong(look, steps, what)) long.push({ ...asked, windows: copyWindows(windows) });
    else keep(finished(slide(asked, look, steps, answers)));
  });
  for (const asked of long) {
    const sliding = slide(asked, look, steps, answers);
    let slice = sliding.next();
    for (; !slice.done; slice = sliding.next()) await budget.breathe();
    keep(slice.value);
  }
  return { series: found, rest: rest.context(hasSlow) };
}

/** What windows answer, and the context in which raw samples answer for the rest of the series; null where there is none. */
export interface FromWindows {
  readonly series: Series[];
  readonly rest: QueryContext | null;
}

/** Of the series of one selector those that raw samples answer for. */
class Rest {
  readonly #context: QueryContext;
  readonly #answered = new Set<string>();
  #isNeeded = false;

  constructor(context: QueryContext) {
    this.#context = context;
  }

  /** A series whose windows lack something: do raw samples answer for it? */
  takes(): boolean {
    const { rawFills } = this.#context;
    this.#isNeeded ||= rawFills === 'all';
    return rawFills === 'all';
  }

  /** To windows, whatever they make of it. */
  leave({ key }: Labels): void {
    if (this.#context.rawFills !== 'none') this.#answered.add(key);
    this.#context.lacking.fromWindows++;
  }

  context(hasSlow: boolean): QueryContext | null {
    return this.#isNeeded || hasSlow ? { ...this.#context, widthMs: RAW, rawFills: 'none', except: this.#answered } : null;
  }
}

/** At each step the newest sample within the lookback, or its time in seconds: it is the last of its window. */
export async function selectRolled(selector: VectorSelector, steps: Steps, context: QueryContext, asTimes: boolean): Promise<FromWindows> {
  const { queryable, tenant, budget, widthMs, lookbackMs, lacking } = context;
  const ends = endsOf(viewOf(selector, steps, context), steps.count, widthMs);
  const answers = new Answers(steps.count, true);
  const found: Series[] = [];
  const range = { fromMs: ends[0] - Math.ceil(lookbackMs / widthMs) * widthMs, toMs: ends[ends.length - 1] };
  const request = { ...{ tenant, matchers: selector.matchers, range, widthMs }, ...keptFor(null, context) };
  const rest = new Rest(context);
  const hasSlow = await visitWindows(queryable, request, budget, (labels, windows) => {
    chargeColumns(budget, 1, steps);
    const isPartial = windows.count.includes(0);
    if (isPartial && rest.takes()) return;
    rest.leave(labels);
    if (isPartial) lacking.leftOut++;
    const { endMs, count, lastMs, last, histograms, staleAtEnd, staleEndMs } = windows;
    answers.begin();
    let next = 0;
    let stale = 0;
    for (let i = 0; i < steps.count; i++) {
      const atMs = ends[i];
      next = windowsUntil(windows, next, atMs);
      while (stale < staleEndMs.length && staleEndMs[stale] <= atMs) stale++;
      const at = next - 1;
      if (at < 0 || lastMs[at] <= atMs - lookbackMs || staleAtEnd[at] === 1) continue;
      if (stale > 0 && staleEndMs[stale - 1] > endMs[at]) continue;
      if (asTimes) answers.put(i, lastMs[at] / 1000);
      else if (count[at] > 0) answers.put(i, histograms?.[at]?.last ?? last[at]);
    }
    const series = answers.series(labels);
    if (series !== null) found.push(series);
  });
  return { series: found, rest: rest.context(hasSlow) };
}

/** Windows that are made keep it, and else as little as possible; those of slow series are not, where their samples are asked. */
function keptFor(need: Need | null, { rawFills }: QueryContext): { readonly kind: SeriesKind; readonly leavesOutSlow: boolean } {
  return { kind: need === null || need === 'resets' ? 'counter' : 'gauge', leavesOutSlow: rawFills !== 'none' };
}

interface RangeLook extends Fitted {
  /** By step, the end of the newest window that it sees. */
  readonly ends: Float64Array;
  readonly widthMs: number;
}

interface Fitted {
  /** Whole windows. */
  readonly rangeMs: number;
  /** What was asked for, as a share of that. */
  readonly share: number;
}

function fitted(askedMs: number, widthMs: number): Fitted {
  const rangeMs = Math.max(1, Math.round(askedMs / widthMs)) * widthMs;
  return { rangeMs, share: askedMs / rangeMs };
}

function endsOf({ firstMs, stepMs }: View, count: number, widthMs: number): Float64Array {
  return Float64Array.from({ length: count }, (_, step) => Math.floor((firstMs + step * stepMs) / widthMs) * widthMs);
}

/** The windows that are looked at take so long that something else must run in between: merging two sketches takes as long as 50 samples do. */
function isLong({ rangeMs, widthMs }: RangeLook, { count }: Steps, { need }: RolledFunction): boolean {
  return count * (rangeMs / widthMs) * (need === 'sketches' ? 50 : 1) > 4 * WINDOW_SLICE_SAMPLES;
}

function finished<T>(sliding: Generator<void, T>): T {
  let slice = sliding.next();
  while (!slice.done) slice = sliding.next();
  return slice.value;
}

/** What is asked of one series. */
interface Asked {
  readonly labels: Labels;
  readonly windows: RolledColumns;
  readonly what: RolledFunction;
  readonly notes: RangeNotes;
  /** Some steps have no answer. */
  readonly isPartial: boolean;
}

/** Step by step; yields where something else may run. */
function* slide(
  { labels, windows, what, notes, isPartial }: Asked,
  look: RangeLook,
  steps: Steps,
  answers: Answers,
): Generator<void, Series | null> {
  const { ends, rangeMs, share } = look;
  answers.begin();
  const span: RolledSpan = { windows, from: 0, to: 0, startMs: 0, endMs: 0, share, evalMs: 0, step: 0 };
  let [from, to] = [0, 0];
  let seen = 0;
  for (let i = 0; i < ends.length; i++) {
    const untilMs = ends[i];
    to = windowsUntil(windows, to, untilMs);
    from = windowsUntil(windows, from, untilMs - rangeMs);
    if (from === to) continue;
    span.from = from;
    span.to = to;
    span.startMs = untilMs - rangeMs;
    span.endMs = untilMs;
    span.evalMs = stepTime(steps, i);
    span.step = i;
    const answer = isPartial && isLacking(span, what) ? undefined : answerOf(span, what, notes);
    if (answer !== undefined) answers.put(i, answer);
    seen += (to - from) * (what.need === 'sketches' ? 50 : 1);
    if (seen < WINDOW_SLICE_SAMPLES) continue;
    seen = 0;
    yield;
  }
  return answers.series(labels);
}

/** Of windows that are all of numbers, or all of histograms. */
function answerOf(span: RolledSpan, what: RolledFunction, notes: RangeNotes): Sample | undefined {
  return histogramAt(span.windows, span.from) === null ? what.answer(span) : what.ofHistograms?.answer(span, notes);
}

/** How many windows end until then, of which `known` do. Where none is missing that is known without looking. */
function windowsUntil({ endMs, length, widthMs }: RolledColumns, known: number, untilMs: number): number {
  if (known === length || endMs[known] > untilMs) return known;
  let high = Math.min(length, known + Math.floor((untilMs - endMs[known]) / widthMs) + 1);
  if (endMs[high - 1] <= untilMs) return high;
  let low = known + 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (endMs[middle] <= untilMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One column of answers after the other. Series that have one at each step share a pattern. */
class Answers {
  readonly #values: Float64Array;
  readonly #present: Uint8Array;
  readonly #full: Uint8Array;
  #histograms: (NativeHistogram | undefined)[] | null = null;
  readonly #room: ColumnRoom | null;
  #count = 0;

  /** `keeps`: each series has a column of its own. */
  constructor(steps: number, keeps: boolean) {
    this.#values = new Float64Array(steps);
    this.#present = new Uint8Array(steps);
    this.#full = new Uint8Array(steps).fill(NUMBER);
    this.#room = keeps ? new ColumnRoom(steps) : null;
  }

  begin(): void {
    this.#present.fill(NOTHING);
    this.#histograms = null;
    this.#count = 0;
  }

  put(step: number, sample: Sample): void {
    this.#count++;
    if (typeof sample === 'number') {
      this.#values[step] = sample;
      this.#present[step] = NUMBER;
      return;
    }
    this.#histograms ??= [];
    this.#histograms[step] = sample;
    this.#present[step] = HISTOGRAM;
  }

  /** Null without an answer. */
  series(labels: Labels): Series | null {
    if (this.#count === 0) return null;
    const values = this.#room === null ? this.#values : this.#room.copyOf(this.#values);
    if (this.#histograms !== null) return { labels, values, present: this.#present.slice(), histograms: this.#histograms };
    return { labels, values, present: this.#count === this.#full.length ? this.#full : this.#present.slice() };
  }
}
