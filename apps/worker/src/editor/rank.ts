import { rankOf } from '../names/name-index.ts';

export interface Candidate<T> {
  readonly name: string;
  /** Of equally good ones the lower comes first. */
  readonly order: number;
  readonly row: T;
}

/** What was taken lately goes ahead of what fits better by one rank. */
const RECENT_RANKS = 1.5;

/**
 * The candidates that fit what is typed: by how well they fit, then those that were taken lately, then by their order, the shorter ones first.
 * Without anything typed candidates of the same order stay as they come.
 */
export function best<T>(candidates: readonly Candidate<T>[], typed: string, recent: readonly string[], max: number): Candidate<T>[] {
  const lately = new Map(recent.map((name, i) => [name, i]));
  return candidates
    .flatMap((candidate, i) => {
      const rank = rankOf(candidate.name, typed);
      if (rank === null) return [];
      const since = lately.get(candidate.name);
      return [{ candidate, i, since: since ?? lately.size, score: since === undefined ? rank : rank - RECENT_RANKS }];
    })
    .sort(
      (a, b) =>
        a.score - b.score ||
        a.since - b.since ||
        a.candidate.order - b.candidate.order ||
        (typed === '' ? 0 : a.candidate.name.length - b.candidate.name.length) ||
        a.i - b.i,
    )
    .slice(0, max)
    .map(({ candidate }) => candidate);
}
