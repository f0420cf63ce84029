/**
 * Canonical Huffman codes of at most 11 bits. The lengths say everything: codes are counted up through the symbols in the
 * order of length, then number, and their first bit is the highest.
 */
export const CODE_BITS_MAX = 11;

export interface Coded {
  readonly symbol: number;
  readonly length: number;
}

export interface Code extends Coded {
  readonly code: number;
}

/** How long the code of each symbol is; by symbol. One symbol alone needs no bits. */
export function codeLengths(counts: ReadonlyMap<number, number>): Coded[] {
  const rarestFirst = [...counts].sort(([a, countA], [b, countB]) => countA - countB || a - b);
  const perLength = limitLengths(lengthCounts(rarestFirst.map(([, count]) => count)));
  const longestFirst = perLength.flatMap((count, length) => new Array<number>(count).fill(length)).reverse();
  return rarestFirst.map(([symbol], i) => ({ symbol, length: longestFirst[i] })).sort((a, b) => a.symbol - b.symbol);
}

/** Null when the lengths are not those of a complete code. */
export function canonicalCodes(lengths: readonly Coded[]): Code[] | null {
  let code = 0;
  let last = 0;
  const codes: Code[] = [];
  for (const each of [...lengths].sort((a, b) => a.length - b.length || a.symbol - b.symbol)) {
    code <<= each.length - last;
    last = each.length;
    codes.push({ ...each, code: code++ });
  }
  return code === 2 ** last ? codes : null;
}

/** Of Huffman's tree over rising weights: how many leaves there are at each depth. Of equals a leaf is taken before a tree. */
function lengthCounts(leaves: readonly number[]): number[] {
  const weights = [...leaves];
  const parents: number[] = [];
  let leaf = 0;
  let tree = leaves.length;
  const least = () => (leaf < leaves.length && (tree >= weights.length || weights[leaf] <= weights[tree]) ? leaf++ : tree++);
  for (let node = leaves.length; node < 2 * leaves.length - 1; node++) {
    const [a, b] = [least(), least()];
    parents[a] = node;
    parents[b] = node;
    weights.push(weights[a] + weights[b]);
  }
  const depths = new Array<number>(weights.length).fill(0);
  for (let node = weights.length - 2; node >= 0; node--) depths[node] = depths[parents[node]] + 1;
  const perLength = new Array<number>(Math.max(...depths) + 1).fill(0);
  for (let i = 0; i < leaves.length; i++) perLength[depths[i]]++;
  return perLength;
}

/** Two leaves that are too deep make one of their parent's place, and share the place of the deepest leaf that is high enough. */
function limitLengths(perLength: number[]): number[] {
  for (let length = perLength.length - 1; length > CODE_BITS_MAX; length--) {
    while (perLength[length] > 0) {
      let above = length - 2;
      while (perLength[above] === 0) above--;
      perLength[length] -= 2;
      perLength[length - 1]++;
      perLength[above + 1] += 2;
      perLength[above]--;
    }
  }
  return perLength;
}
