/**
 * Samples by their time, as a record holds them: within a group in the order of their arrival, so that a series which has
 * two samples of one time keeps the first one first.
 */
export class TimeGroups {
  /** Positions of the samples, group after group. */
  positions = new Uint32Array(4096);
  /** Beside each other: a group's time, and where it ends in `positions`. */
  readonly timesMs: number[] = [];
  readonly ends: number[] = [];
  #groupOf = new Uint32Array(4096);
  readonly #groups = new Map<number, number>();

  /** Of the first `count` samples. What is here is valid until the next call. */
  group(timesMs: Float64Array, count: number): void {
    this.timesMs.length = 0;
    this.ends.length = 0;
    if (this.positions.length < count) {
      this.positions = new Uint32Array(count * 2);
      this.#groupOf = new Uint32Array(count * 2);
    }
    if (count === 0) return;
    if (isOneTime(timesMs, count)) {
      // Fast path: a scrape.
      for (let i = 0; i < count; i++) this.positions[i] = i;
      this.timesMs.push(timesMs[0]);
      this.ends.push(count);
      return;
    }
    this.#assign(timesMs, count);
    this.#place(count);
  }

  /** Finds each sample's group; `ends` are sizes until `#place`. */
  #assign(timesMs: Float64Array, count: number): void {
    const groups = this.timesMs;
    const sizes = this.ends;
    this.#groups.clear();
    for (let i = 0; i < count; i++) {
      const timeMs = timesMs[i];
      const group = this.#groups.get(timeMs) ?? groups.length;
      if (group === groups.length) {
        this.#groups.set(timeMs, group);
        groups.push(timeMs);
        sizes.push(0);
      }
      sizes[group]++;
      this.#groupOf[i] = group;
    }
  }

  #place(count: number): void {
    let start = 0;
    const at = this.ends;
    for (let group = 0; group < at.length; group++) {
      const size = at[group];
      at[group] = start;
      start += size;
    }
    for (let i = 0; i < count; i++) this.positions[at[this.#groupOf[i]]++] = i;
  }
}

function isOneTime(timesMs: Float64Array, count: number): boolean {
  for (let i = 1; i < count; i++) if (timesMs[i] !== timesMs[0]) return false;
  return true;
}
