import { literalAlternatives, type Matcher } from '../model/matcher.ts';
import { type IdList, intersect, subtract, union } from './id-list.ts';

/** Which series carry which label: the head's is in memory, a block's on disk. */
export interface LabelIndex {
  all(): IdList;
  names(): Iterable<string>;
  /** Empty when no series carries the name. */
  values(name: string): Iterable<string>;
  ids(name: string, value: string): IdList;
}

/**
 * The series for which every matcher holds. A matcher that also holds for the empty string holds for series
 * without the label: it takes away the values that it refuses. Any other keeps the values that it accepts.
 */
export function resolveMatchers(index: LabelIndex, matchers: readonly Matcher[]): IdList {
  const kept: IdList[] = [];
  const takenAway: IdList[] = [];
  for (const matcher of matchers) {
    if (matcher.matchesEmpty) takenAway.push(refused(index, matcher));
    else kept.push(accepted(index, matcher));
  }
  kept.sort((a, b) => a.length - b.length);
  let ids = kept.length === 0 ? index.all() : kept.reduce(intersect);
  for (const list of takenAway) ids = subtract(ids, list);
  return ids;
}

function accepted(index: LabelIndex, matcher: Matcher): IdList {
  if (matcher.operator === '=') return index.ids(matcher.name, matcher.value);
  const set = matcher.operator === '=~' ? literalAlternatives(matcher.value) : null;
  if (set !== null) return union([...set].map((value) => index.ids(matcher.name, value)));
  return idsWhere(index, matcher.name, (value) => matcher.matches(value));
}

function refused(index: LabelIndex, matcher: Matcher): IdList {
  if (matcher.operator === '!=') return index.ids(matcher.name, matcher.value);
  const set = matcher.operator === '!~' ? literalAlternatives(matcher.value) : null;
  if (set !== null) return union([...set].map((value) => index.ids(matcher.name, value)));
  if (matcher.operator === '=~' && matcher.value === '.*') return union([]);
  return idsWhere(index, matcher.name, (value) => !matcher.matches(value));
}

function idsWhere(index: LabelIndex, name: string, wanted: (value: string) => boolean): IdList {
  const lists: IdList[] = [];
  for (const value of index.values(name)) if (wanted(value)) lists.push(index.ids(name, value));
  return union(lists);
}
