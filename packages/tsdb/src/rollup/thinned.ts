import { THINNED_MAX } from '../limits.ts';
import { Matcher } from '../model/matcher.ts';
import type { TimeRange } from '../model/time-range.ts';
import { union, withoutAll } from './ranges.ts';

/**
 * Of which times samples of some series have gone and those of others are there: a rule of retention spared these, or took those alone. Such
 * times are among those of which something has gone; where no thinning says which, all may have.
 *
 * Matchers are as the rules had them when the series went: rules change, what went does not come back.
 */
export interface Thinned extends Thinning {
  /** Rising, apart. */
  readonly ranges: readonly TimeRange[];
}

/** Which series go. Plain: it is written down, and told to other threads. */
export interface Thinning {
  /** The first that fits a series decides. */
  readonly rules: readonly ThinningRule[];
  /** Do those go that no rule fits, or some of them? */
  readonly others: boolean;
}

export interface ThinningRule {
  /** All of them must hold. */
  readonly matchers: readonly PlainMatcher[];
  readonly leaves: boolean;
}

export type PlainMatcher = Pick<Matcher, 'name' | 'operator' | 'value'>;

/** May series that all of the matchers fit have gone? False only where none can have. */
export function mayTake(thinning: Thinning, matchers: readonly Matcher[]): boolean {
  for (const { own, leaves } of rulesOf(thinning)) {
    if (contradict(matchers, own)) continue;
    if (leaves) return true;
    // Each series fits this rule, or one before that spares it.
    if (imply(matchers, own)) return false;
  }
  return thinning.others;
}

/** Without rules that change nothing. Null when it takes all series. */
export function thinningOf({ rules, others }: Thinning): Thinning | null {
  const end = rules.findLastIndex(({ leaves }) => leaves !== others) + 1;
  if (end === 0 && others) return null;
  const plain = ({ name, operator, value }: PlainMatcher): PlainMatcher => ({ name, operator, value });
  return { rules: rules.slice(0, end).map(({ matchers, leaves }) => ({ matchers: matchers.map(plain), leaves })), others };
}

/** `goneBefore`: the times of which something had gone. Null: all series of the range go. */
export function thinnedAfter(
  before: readonly Thinned[],
  thinning: Thinning | null,
  range: readonly TimeRange[],
  goneBefore: readonly TimeRange[],
): readonly Thinned[] {
  if (thinning === null) return cutFrom(before, range);
  // Of what had gone as a whole nothing was spared.
  const wholly = withoutAll(goneBefore, timesOf(before));
  const fresh = withoutAll(range, wholly);
  if (fresh.length === 0) return before;
  const key = keyOf(thinning);
  const known = before.find((each) => keyOf(each) === key);
  const others = before.filter((each) => each !== known);
  const after = [...others, { ...thinning, ranges: union([...(known?.ranges ?? []), ...fresh]) }];
  return after.length <= THINNED_MAX ? after : cutFrom(after.slice(1), after[0].ranges);
}

/** The times of which nothing has gone, with those that `taking` leave of the thinned ones. */
export function spared(whole: readonly TimeRange[], thinned: readonly Thinned[], taking: readonly Thinned[]): TimeRange[] {
  return withoutAll(union([...whole, ...timesOf(thinned)]), timesOf(taking));
}

export function timesOf(thinned: readonly Thinned[]): TimeRange[] {
  return union(thinned.flatMap(({ ranges }) => ranges));
}

/** With other times each; without those that have none then. */
export function withTimes(thinned: readonly Thinned[], change: (ranges: readonly TimeRange[]) => readonly TimeRange[]): Thinned[] {
  return thinned.map((each) => ({ ...each, ranges: change(each.ranges) })).filter(({ ranges }) => ranges.length > 0);
}

function cutFrom(thinned: readonly Thinned[], cut: readonly TimeRange[]): Thinned[] {
  return withTimes(thinned, (ranges) => withoutAll(ranges, cut));
}

function keyOf({ rules, others }: Thinning): string {
  return JSON.stringify([
    rules.map(({ matchers, leaves }) => [matchers.map(({ name, operator, value }) => [name, operator, value]), leaves]),
    others,
  ]);
}

interface KnownRule {
  readonly own: readonly Matcher[];
  readonly leaves: boolean;
}

/** Expressions are compiled once. */
const known = new WeakMap<Thinning, readonly KnownRule[]>();

function rulesOf(thinning: Thinning): readonly KnownRule[] {
  let rules = known.get(thinning);
  if (rules === undefined) {
    rules = thinning.rules.map(({ matchers, leaves }) => ({
      own: matchers.map(({ name, operator, value }) => new Matcher(name, operator, value)),
      leaves,
    }));
    known.set(thinning, rules);
  }
  return rules;
}

/** No series fits both: of the values that one of them allows a label, all others of that label refuse each. */
function contradict(a: readonly Matcher[], b: readonly Matcher[]): boolean {
  const all = [...a, ...b];
  return all.some((matcher) => {
    const values = valuesOf(matcher);
    const beside = all.filter(({ name }) => name === matcher.name);
    return values !== null && [...values].every((value) => beside.some((each) => !each.matches(value)));
  });
}

/** Whatever fits `a` fits `b`. */
function imply(a: readonly Matcher[], b: readonly Matcher[]): boolean {
  return b.every((wanted) => a.some((given) => given.name === wanted.name && (isSame(given, wanted) || allFit(given, wanted))));
}

function isSame(a: Matcher, b: Matcher): boolean {
  return a.operator === b.operator && a.value === b.value;
}

function allFit(given: Matcher, wanted: Matcher): boolean {
  const values = valuesOf(given);
  return values !== null && [...values].every((value) => wanted.matches(value));
}

/** All that fit, where they can be listed. */
function valuesOf({ operator, accepts }: Matcher): ReadonlySet<string> | null {
  return operator === '=' || operator === '=~' ? accepts.set : null;
}
