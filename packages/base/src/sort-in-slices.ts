/** Merge sort, bottom up, that lets others run: sorting 100,000 label sets at once would hold them up for a second. */
export async function sortInSlices<T>(items: readonly T[], compare: (a: T, b: T) => number, breathe: () => Promise<void>): Promise<T[]> {
  let from = items.slice();
  for (let i = 0; i < from.length; i += RUN) {
    await breathe();
    const run = from.slice(i, i + RUN).sort(compare);
    for (let j = 0; j < run.length; j++) from[i + j] = run[j];
  }
  for (let width = RUN; width < from.length; width *= 2) {
    const to: T[] = [];
    for (let start = 0; start < from.length; start += 2 * width) {
      const middle = Math.min(start + width, from.length);
      const end = Math.min(start + 2 * width, from.length);
      for (let left = start, right = middle; left < middle || right < end; ) {
        if (to.length % RUN === 0) await breathe();
        to.push(right >= end || (left < middle && compare(from[left], from[right]) <= 0) ? from[left++] : from[right++]);
      }
    }
    from = to;
  }
  return from;
}

const RUN = 512;
