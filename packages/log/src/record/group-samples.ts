/**
 * Samples by instant, each series at most once in a group and in rising order of its number: what a record holds.
 * A sample that repeats a series and a time goes into a further group of the same time.
 */
export interface PositionGroup {
  readonly timeMs: number;
  /** Positions in the batch's columns. */
  readonly positions: Uint32Array;
}

/** `numbers[i - from]` is the series number of the sample at position `i` of [from, to). */
export function groupSamples(numbers: Uint32Array, timesMs: Float64Array, from: number, to: number): PositionGroup[] {
  const groups: PositionGroup[] = [];
  for (const [timeMs, bucket] of byTime(timesMs, from, to)) {
    let rest: Uint32Array | null = bucket;
    while (rest !== null) {
      const { once, again } = splitRepeats(sorted(rest, numbers, from), numbers, from);
      groups.push({ timeMs, positions: once });
      rest = again;
    }
  }
  return groups;
}

function byTime(timesMs: Float64Array, from: number, to: number): Iterable<[number, Uint32Array]> {
  if (from === to) return [];
  if (isOneTime(timesMs, from, to)) return [[timesMs[from], range(from, to)]]; // Fast path: a scrape.
  const buckets = new Map<number, number[]>();
  for (let i = from; i < to; i++) {
    const bucket = buckets.get(timesMs[i]);
    if (bucket === undefined) buckets.set(timesMs[i], [i]);
    else bucket.push(i);
  }
  return [...buckets].map(([timeMs, positions]) => [timeMs, Uint32Array.from(positions)]);
}

function range(from: number, to: number): Uint32Array {
  const positions = new Uint32Array(to - from);
  for (let i = 0; i < positions.length; i++) positions[i] = from + i;
  return positions;
}

function isOneTime(timesMs: Float64Array, from: number, to: number): boolean {
  for (let i = from + 1; i < to; i++) if (timesMs[i] !== timesMs[from]) return false;
  return true;
}

/** By number, then in the order of arrival. */
function sorted(positions: Uint32Array, numbers: Uint32Array, from: number): Uint32Array {
  for (let i = 1; i < positions.length; i++) {
    if (numbers[positions[i] - from] < numbers[positions[i - 1] - from]) {
      return positions.sort((a, b) => numbers[a - from] - numbers[b - from] || a - b);
    }
  }
  return positions; // Fast path: a steady sender keeps its order, which is the order of the numbers.
}

function splitRepeats(positions: Uint32Array, numbers: Uint32Array, from: number): { once: Uint32Array; again: Uint32Array | null } {
  const isRepeat = (i: number) => i > 0 && numbers[positions[i] - from] === numbers[positions[i - 1] - from];
  let repeats = 0;
  for (let i = 1; i < positions.length; i++) if (isRepeat(i)) repeats++;
  if (repeats === 0) return { once: positions, again: null };
  const once = new Uint32Array(positions.length - repeats);
  const again = new Uint32Array(repeats);
  let onceLength = 0;
  for (let i = 0; i < positions.length; i++) {
    if (isRepeat(i)) again[i - onceLength] = positions[i];
    else once[onceLength++] = positions[i];
  }
  return { once, again };
}
