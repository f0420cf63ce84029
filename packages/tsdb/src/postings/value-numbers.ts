/**
 * The values of one label, each with its number. A map of a million grows in one go, which takes fifty milliseconds; so what has many
 * values is spread over maps that grow one by one.
 */
export class ValueNumbers {
  #maps: Map<string, number>[] = [new Map()];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(value: string): number | undefined {
    return this.#mapOf(value).get(value);
  }

  /** `value` is not there yet. */
  add(value: string, number: number): void {
    this.#mapOf(value).set(value, number);
    if (++this.#size === ONE_MAP_MAX + 1) this.#spread();
  }

  delete(value: string): void {
    if (this.#mapOf(value).delete(value)) this.#size--;
  }

  *values(): Generator<string> {
    for (const map of this.#maps) yield* map.keys();
  }

  #mapOf(value: string): Map<string, number> {
    return this.#maps.length === 1 ? this.#maps[0] : this.#maps[spreadOf(value)];
  }

  /** Who goes through the one map meanwhile goes on with it as it was. */
  #spread(): void {
    if (this.#maps.length > 1) return;
    const [all] = this.#maps;
    this.#maps = Array.from({ length: MAPS }, () => new Map());
    for (const [value, number] of all) this.#maps[spreadOf(value)].set(value, number);
  }
}

/** Spread in three milliseconds. */
const ONE_MAP_MAX = 2 ** 14;

/** A power of two: of a million values each has 16,000, and grows in two milliseconds. */
const MAPS = 64;

/** Of eight characters at most, all over the value: what numbers, addresses and digests differ in is among them. */
function spreadOf(value: string): number {
  const step = 1 + (value.length >>> 3);
  let hash = value.length;
  for (let at = value.length - 1; at >= 0; at -= step) hash = Math.imul(hash ^ value.charCodeAt(at), 0x9e3779b1);
  return hash >>> 26;
}
