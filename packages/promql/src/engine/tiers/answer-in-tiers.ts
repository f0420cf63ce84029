import type { Tiers } from '@tidemark/tsdb';
import type { Matcher } from '@tidemark/tsdb/model';
import { FINEST_MS, mayTake, spared } from '@tidemark/tsdb/rollup';
import { type Expr, walk } from '../../syntax/ast.ts';
import { lastStep, type Steps, stepTime } from '../columns.ts';
import { nothingLacks, type QueryContext, type RawFills } from '../context.ts';
import { APPROXIMATE, EXACT } from './answer-class.ts';
import { chooseTiers, type TierChoice, type Wish } from './choose-tier.ts';
import { Holdings, RAW } from './holdings.ts';
import { type Look, looksOf, seenBetween } from './looks.ts';
import { noteLacking, noteQuality } from './tier-notes.ts';

export interface Question {
  readonly expr: Expr;
  readonly steps: Steps;
  readonly context: QueryContext;
  readonly wish: Wish;
}

/** The answer at some of the steps, and which tier gave it. */
export interface PartInTier<T> {
  readonly choice: TierChoice;
  /** Series that raw samples answered for, as their windows do not, counted at each selector. */
  readonly fromRaw: number;
  readonly value: T;
}

/**
 * Asks for each stretch of a query's steps the tier that answers it best, for the expression as a whole. `run` evaluates it at some of
 * the steps; `nothing` is the answer where there is none. Parts come in order of their steps.
 */
export async function answerInTiers<T>(
  { expr, steps, context, wish }: Question,
  run: (steps: Steps, context: QueryContext) => Promise<T>,
  nothing: (steps: Steps) => T,
): Promise<PartInTier<T>[]> {
  const looks = looksOf(expr, steps, context);
  const holdings = await holdingsOf(expr, looks, steps, context);
  const parts: PartInTier<T>[] = [];
  const tell = (choice: TierChoice, value: T, fromRaw: number, quality = choice.quality) => {
    noteQuality(choice, wish, expr, context.notes);
    parts.push({ choice: { ...choice, quality }, fromRaw, value });
  };
  const rawFillsOf = ({ widthMs, lacks }: TierChoice, own: Steps): RawFills => {
    if (wish !== 'auto' || widthMs === RAW) return 'none';
    if (looks.every(({ need }) => holdings.holds(RAW, seenBetween(need, own.startMs, lastStep(own))))) return 'all';
    // Raw samples of slow series are there as long as minutes are.
    return widthMs === FINEST_MS && !lacks ? 'slow' : 'none';
  };
  const answer = async (choice: TierChoice): Promise<void> => {
    const own = stepsOf(steps, choice);
    if (choice.quality.class === 'impossible') return tell(choice, nothing(own), 0);
    const lacking = nothingLacks();
    const rawFills = rawFillsOf(choice, own);
    const value = await run(own, { ...context, widthMs: choice.widthMs, rawFills, lacking });
    const { leftOut, rough, fromRaw, fromWindows } = lacking;
    if (fromRaw > 0 && fromWindows + leftOut === 0) return tell({ ...choice, widthMs: RAW, quality: EXACT }, value, 0);
    if (leftOut + rough === 0) return tell(choice, value, fromRaw);
    // Series that do not keep in windows what is asked of them: raw samples do, where they are there.
    const stretches = wish === 'auto' ? chooseTiers(looks, own, holdings, RAW) : [];
    if (stretches.length > 1) {
      for (const { from, to } of stretches) await answer({ ...choice, from: choice.from + from, to: choice.from + to });
      return;
    }
    tell(choice, value, fromRaw, APPROXIMATE);
    noteLacking(lacking, choice, expr, context.notes);
  };
  for (const choice of chooseTiers(looks, steps, holdings, wish)) await answer(choice);
  return parts;
}

async function holdingsOf(expr: Expr, looks: readonly Look[], steps: Steps, { queryable, tenant }: QueryContext): Promise<Holdings> {
  if (queryable.tiers === undefined || looks.length === 0) return ONLY_RAW;
  const seen = looks.map(({ need }) => seenBetween(need, steps.startMs, lastStep(steps)));
  const range = { fromMs: Math.min(...seen.map(({ fromMs }) => fromMs)), toMs: Math.max(...seen.map(({ toMs }) => toMs)) };
  const tiers = await queryable.tiers(tenant, range);
  return tiers.length === 0 ? ONLY_RAW : knownHoldings(tiers, selectorsOf(expr));
}

/** What each part of the expression selects. `info` selects what nobody has written there. */
function selectorsOf(expr: Expr): (readonly Matcher[])[] {
  const selectors: (readonly Matcher[])[] = [];
  walk(expr, (node) => {
    if (node.kind === 'vector') selectors.push(node.matchers);
    else if (node.kind === 'call' && node.name === 'info') selectors.push([]);
  });
  return selectors;
}

/** The same tiers are given to all queries for a while; which of their thinnings may have taken what a query selects is the key. */
const known = new WeakMap<readonly Tiers[], Map<string, Holdings>>();

/** Raw samples are there where those of all that is selected are. */
function knownHoldings(tiers: readonly Tiers[], selectors: readonly (readonly Matcher[])[]): Holdings {
  const thinned = tiers.find(({ widthMs }) => widthMs === RAW)?.thinned ?? [];
  const takes = thinned.map((thinning) => selectors.some((matchers) => mayTake(thinning, matchers)));
  const key = takes.map(Number).join('');
  const ofTiers = known.get(tiers) ?? new Map<string, Holdings>();
  known.set(tiers, ofTiers);
  let holdings = ofTiers.get(key);
  if (holdings === undefined) {
    const taking = thinned.filter((_, i) => takes[i]);
    holdings = new Holdings(tiers.map((tier) => (tier.widthMs === RAW ? { ...tier, ranges: spared(tier.ranges, thinned, taking) } : tier)));
    ofTiers.set(key, holdings);
  }
  return holdings;
}

const ALL_TIMES = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

/** Of who knows no tiers, or has nothing of the tenant. */
const ONLY_RAW = new Holdings([{ widthMs: RAW, ranges: [ALL_TIMES] }]);

function stepsOf(steps: Steps, { from, to }: TierChoice): Steps {
  return { ...steps, startMs: stepTime(steps, from), count: to - from };
}
