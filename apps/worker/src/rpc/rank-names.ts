/**
 * Names for what somebody has typed so far, best first: the name itself, names that begin so, names with a word that
 * begins so, names that contain it, and names that have its letters in order (`ncpu` finds `node_cpu_seconds_total`).
 * Shorter names go first within a rank. Case does not matter.
 */
export function rankNames(names: readonly string[], typed: string, max: number): string[] {
  const wanted = typed.toLowerCase();
  if (wanted === '') return names.slice(0, max);
  const byRank: string[][] = [[], [], [], [], []];
  for (const name of names) {
    const rank = rankOf(name.toLowerCase(), wanted);
    if (rank !== null) byRank[rank].push(name);
  }
  const best: string[] = [];
  for (const group of byRank) {
    if (best.length >= max) break;
    group.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    for (const name of group.slice(0, max - best.length)) best.push(name);
  }
  return best;
}

function rankOf(name: string, wanted: string): number | null {
  const at = name.indexOf(wanted);
  if (at === 0) return name.length === wanted.length ? 0 : 1;
  if (at > 0) return hasWordStart(name, wanted, at) ? 2 : 3;
  return hasInOrder(name, wanted) ? 4 : null;
}

function hasWordStart(name: string, wanted: string, first: number): boolean {
  for (let at = first; at !== -1; at = name.indexOf(wanted, at + 1)) if (SEPARATORS.includes(name[at - 1])) return true;
  return false;
}

const SEPARATORS = '_:.-/ ';

function hasInOrder(name: string, wanted: string): boolean {
  let at = -1;
  for (const letter of wanted) {
    at = name.indexOf(letter, at + 1);
    if (at === -1) return false;
  }
  return true;
}
