/**
 * The candidates that a mistyped name most likely meant, nearest first. Distance is in edits (insert, delete, replace, swap of
 * neighbours); a candidate that contains the name, or the other way round, counts as near whatever its length.
 */
export function nearestNames(name: string, candidates: readonly string[], limit = 5): readonly string[] {
  const wanted = name.toLowerCase();
  const editsMax = Math.max(2, Math.floor(name.length / 3));
  return candidates
    .filter((candidate) => candidate !== name)
    .map((candidate) => ({ candidate, edits: nearness(wanted, candidate.toLowerCase(), editsMax) }))
    .filter(({ edits }) => edits <= editsMax)
    .sort((a, b) => a.edits - b.edits || a.candidate.length - b.candidate.length || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

function nearness(wanted: string, candidate: string, editsMax: number): number {
  const edits = Math.abs(wanted.length - candidate.length) > editsMax ? Number.POSITIVE_INFINITY : editDistance(wanted, candidate);
  const contained = wanted.length >= 3 && candidate.length >= 3 && (candidate.includes(wanted) || wanted.includes(candidate));
  return contained ? Math.min(edits, 1.5) : edits;
}

/** Optimal string alignment: three rows of the usual table. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, last[j]! + 1, row[j - 1]! + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j]!, beforeLast[j - 2]! + 1);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
