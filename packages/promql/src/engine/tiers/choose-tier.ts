import { FINEST_MS } from '@tidemark/tsdb/rollup';
import { type Steps, stepTime } from '../columns.ts';
import { APPROXIMATE, EXACT, IMPOSSIBLE, type Quality, qualityOf } from './answer-class.ts';
import { type Holdings, RAW } from './holdings.ts';
import { type Look, seenBetween } from './looks.ts';

/**
 * From what an expression looks at, and what is there, to what answers it: for each step one tier, for all of the expression. By itself
 *
 *   1. the coarsest tier whose answer is exact, which holds all that the step sees and has stored some of it; the finest only if it has stored all:
 *      windows of a minute are worth little more than the samples that they would have to be made of;
 *   2. the same with a bounded error, where raw samples do not hold the whole query;
 *   3. raw samples, where they hold all that the step sees;
 *   4. the finest tier, where it is exact, and then the finest that holds it, approximately;
 *   5. where nothing holds all of it: the first of these that has stored some of it, approximately.
 *
 * Series that windows of the tier do not answer for, as they are scraped too slowly to have any, or are of a kind that does not keep what is asked,
 * are answered from raw samples beside the others, where these are there: answer-in-tiers.ts.
 *
 * Pure.
 */
export interface TierChoice {
  /** Steps of the query, from the first to before the last. */
  readonly from: number;
  readonly to: number;
  /** 0: raw samples. */
  readonly widthMs: number;
  /** Impossible: no answer. */
  readonly quality: Quality;
  /** Samples that the steps see are nowhere any more. */
  readonly lacks: boolean;
  /** Windows that the steps see must be made of raw samples first. Such steps are apart from others, so that they are few. */
  readonly makes: boolean;
}

/** `auto`, or the width that alone may answer. */
export type Wish = 'auto' | number;

export function chooseTiers(looks: readonly Look[], steps: Steps, holdings: Holdings, wish: Wish): TierChoice[] {
  const seen = (from: number, to: number) => looks.map(({ need }) => seenBetween(need, stepTime(steps, from), stepTime(steps, to)));
  const holds = (widthMs: number, from: number, to: number) => seen(from, to).every((range) => holdings.holds(widthMs, range));
  const isStored = (widthMs: number, from: number, to: number) => seen(from, to).every((range) => holdings.keepsAll(widthMs, range));
  const keepsSome = (widthMs: number, step: number) => seen(step, step).some((range) => holdings.keepsSome(widthMs, range));

  const isEnough = {
    all: (widthMs: number, step: number) => isStored(widthMs, step, step),
    some: keepsSome,
    none: () => true,
  };

  const last = steps.count - 1;
  const rawHoldsAll = holds(RAW, 0, last);
  const candidates = candidatesOf(looks, holdings, wish, rawHoldsAll);
  const choose = (step: number): Choice =>
    candidates.find(({ widthMs, stored }) => holds(widthMs, step, step) && isEnough[stored](widthMs, step)) ??
    partOf(candidates.find(({ widthMs }) => keepsSome(widthMs, step)));

  // Fast path: of most queries the best holds everything.
  const best = candidates.at(0);
  if (best !== undefined && isStored(best.widthMs, 0, last)) return [{ ...chosen(best), makes: false, from: 0, to: steps.count }];
  const choices: TierChoice[] = [];
  for (let step = 0; step < steps.count; step++) {
    const choice = choose(step);
    const next = { ...chosen(choice), makes: choice.widthMs > RAW && !isStored(choice.widthMs, step, step) };
    const before = choices.at(-1);
    if (before !== undefined && isSame(before, next)) choices[choices.length - 1] = { ...before, to: step + 1 };
    else choices.push({ ...next, from: step, to: step + 1 });
  }
  return choices;
}

type Choice = Omit<TierChoice, 'from' | 'to' | 'makes'>;

interface Candidate extends Choice {
  /** How much of what a step sees is stored, at least: the rest is made of raw samples. */
  readonly stored: 'all' | 'some' | 'none';
}

/** The best first. */
function candidatesOf(looks: readonly Look[], holdings: Holdings, wish: Wish, rawHoldsAll: boolean): Candidate[] {
  const raw: Candidate = { widthMs: RAW, quality: EXACT, lacks: false, stored: 'none' };
  if (looks.length === 0) return [raw];
  const tierOf = (widthMs: number, stored: Candidate['stored']) => ({ widthMs, quality: qualityOf(looks, widthMs), lacks: false, stored });
  if (wish !== 'auto') {
    const only = wish === RAW ? raw : tierOf(wish, 'none');
    return only.quality.class === 'impossible' ? [] : [only];
  }
  const tiers = holdings.widthsMs.map((widthMs) => tierOf(widthMs, 'some')).filter(({ quality }) => quality.class !== 'impossible');
  const of = (wanted: Quality['class']) => tiers.filter(({ quality }) => quality.class === wanted);
  const exact = of('exact').map((tier): Candidate => ({ ...tier, stored: tier.widthMs === FINEST_MS ? 'all' : 'some' }));
  const lastResorts = [...tiers].reverse().map((tier): Candidate => ({ ...tier, stored: 'none' }));
  return [...exact, ...(rawHoldsAll ? [] : of('bounded')), raw, ...of('exact'), ...lastResorts];
}

function partOf(candidate: Candidate | undefined): Choice {
  if (candidate === undefined) return { widthMs: RAW, quality: IMPOSSIBLE, lacks: true };
  return { widthMs: candidate.widthMs, quality: APPROXIMATE, lacks: true };
}

function chosen({ widthMs, quality, lacks }: Choice): Choice {
  return { widthMs, quality, lacks };
}

function isSame(a: Omit<TierChoice, 'from' | 'to'>, b: Omit<TierChoice, 'from' | 'to'>): boolean {
  return a.widthMs === b.widthMs && a.makes === b.makes && a.lacks === b.lacks && a.quality.class === b.quality.class;
}
