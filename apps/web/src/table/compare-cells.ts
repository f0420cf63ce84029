/** What a column is sorted by. Null is "not known". */
export type SortValue = string | number | null;

/**
 * Numbers by size with NaN below all, words as people count (`web-2` before `web-10`), and what is not known below everything.
 */
export function compareCells(a: SortValue, b: SortValue): number {
  if (a === null || b === null) return Number(b === null) - Number(a === null);
  if (typeof a === 'number' && typeof b === 'number') {
    if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
    return a === b ? 0 : a < b ? -1 : 1;
  }
  return words.compare(String(a), String(b));
}

const words = new Intl.Collator('en', { numeric: true });
