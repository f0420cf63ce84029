import type { Labels } from '../model/labels.ts';
import type { Matcher } from '../model/matcher.ts';
import { type IdList, intersect, NO_IDS, subtract, union } from './id-list.ts';

/** Which series carry which label: the head's is in memory, a block's on disk. */
export interface LabelIndex {
  all(): IdList;
  names(): Iterable<string>;
  /** About how many values a label has. */
  valueCount(name: string): number;
  ids(name: string, value: string): IdList | Promise<IdList>;
  /**
   * The values of a label, some at a time, each value once. Those that do not begin with `prefix`, or do not have `contains`
   * in them, may be left out. What is there is valid until the next is asked for.
   */
  values(name: string, prefix?: string, contains?: string): Iterable<ValueBatch> | AsyncIterable<ValueBatch>;
}

export interface ValueBatch {
  readonly values: readonly string[];
  /** The series that carry the value at this position. */
  ids(at: number): IdList;
}

/** Awaited in long loops, so that others run. */
export type Breathe = () => Promise<void>;

/** The labels of a series that the index knows. */
export type LabelsOf = (id: number) => Labels | Promise<Labels>;

/**
 * The series for which every matcher holds. A matcher that also holds for the empty string holds for series
 * without the label: it takes away the values that it refuses. Any other keeps the values that it accepts.
 *
 * Lists of words are looked up first. When few series are left for an expression over many values, with `labelsOf`, their labels are
 * looked at instead of the values.
 */
export async function resolveMatchers(
  index: LabelIndex,
  matchers: readonly Matcher[],
  breathe: Breathe,
  labelsOf?: LabelsOf,
): Promise<IdList> {
  const words = matchers.filter((matcher) => !matcher.matchesEmpty && matcher.accepts.set !== null && isPositive(matcher));
  const lists: IdList[] = [];
  for (const { name, accepts } of words) lists.push(await ofWords(index, name, accepts.set ?? [], breathe));
  lists.sort((a, b) => a.length - b.length);
  let ids: IdList | null = null;
  for (const list of lists) ids = ids === null ? list : await intersect(ids, list, breathe);
  const others = matchers.filter((matcher) => !words.includes(matcher));
  for (const matcher of others.sort((a, b) => Number(a.matchesEmpty) - Number(b.matchesEmpty))) {
    if (ids?.length === 0) return ids;
    if (ids !== null && labelsOf !== undefined && ids.length * LABELS_COST < costOf(index, matcher))
      ids = await keep(ids, matcher, breathe, labelsOf);
    else if (matcher.matchesEmpty) ids = await subtract(ids ?? index.all(), await refused(index, matcher, breathe), breathe);
    else {
      const accepted = await having(index, matcher, breathe);
      ids = ids === null ? accepted : await intersect(ids, accepted, breathe);
    }
  }
  return ids ?? index.all();
}

function isPositive({ operator }: Matcher): boolean {
  return operator === '=' || operator === '=~';
}

/** A series' labels cost as much as so many values. */
const LABELS_COST = 4;

function costOf(index: LabelIndex, { name, accepts }: Matcher): number {
  return accepts.set === null ? index.valueCount(name) : accepts.set.size;
}

async function keep(ids: IdList, matcher: Matcher, breathe: Breathe, labelsOf: LabelsOf): Promise<IdList> {
  const kept = new Uint32Array(ids.length);
  let length = 0;
  for (const id of ids) {
    await breathe();
    if (matcher.matches((await labelsOf(id)).get(matcher.name))) kept[length++] = id;
  }
  return kept.subarray(0, length);
}

async function ofWords(index: LabelIndex, name: string, words: Iterable<string>, breathe: Breathe): Promise<IdList> {
  const lists: IdList[] = [];
  for (const word of words) if (word !== '') lists.push(await index.ids(name, word));
  return union(lists, breathe);
}

/** For a matcher that does not hold for the empty string. */
function having(index: LabelIndex, matcher: Matcher, breathe: Breathe): Promise<IdList> {
  const { prefix, contains } = matcher.accepts;
  if (isPositive(matcher)) return idsWhere(index, matcher, true, prefix, contains, breathe);
  return idsWhere(index, matcher, true, '', '', breathe);
}

/** For a matcher that holds for the empty string: what has the label, and does not match. */
async function refused(index: LabelIndex, matcher: Matcher, breathe: Breathe): Promise<IdList> {
  const { name, accepts } = matcher;
  if (isPositive(matcher)) {
    if (matcher.value === '.*') return NO_IDS;
    return idsWhere(index, matcher, false, '', '', breathe);
  }
  if (accepts.set !== null) return ofWords(index, name, accepts.set, breathe);
  return idsWhere(index, matcher, false, accepts.prefix, accepts.contains, breathe);
}

async function idsWhere(
  index: LabelIndex,
  matcher: Matcher,
  wanted: boolean,
  prefix: string,
  contains: string,
  breathe: Breathe,
): Promise<IdList> {
  const lists: IdList[] = [];
  for await (const { values, ids } of index.values(matcher.name, prefix, contains)) {
    await breathe();
    for (let at = 0; at < values.length; at++) {
      // An expression may take a while for a long text.
      if (values[at].length > LONG_VALUE) await breathe();
      if (matcher.matches(values[at]) === wanted) lists.push(ids(at));
    }
  }
  return union(lists, breathe);
}

const LONG_VALUE = 256;
