/**
 * Numbers by text, for as many as there are series. A map copies all of itself each time that it doubles, which takes milliseconds when it is
 * large: this one is many maps then, which double one by one.
 */
export class SpreadMap {
  #maps: Map<string, number>[] = [new Map()];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: string): number | undefined {
    return this.#mapOf(key).get(key);
  }

  /** `key` is new. */
  add(key: string, value: number): void {
    if (this.#size++ === ONE_MAP_MAX) this.#spread();
    this.#mapOf(key).set(key, value);
  }

  *keys(): Generator<string> {
    for (const map of this.#maps) yield* map.keys();
  }

  #mapOf(key: string): Map<string, number> {
    return this.#maps.length === 1 ? this.#maps[0] : this.#maps[hashOfEnd(key) & (MAPS - 1)];
  }

  #spread(): void {
    const [all] = this.#maps;
    this.#maps = Array.from({ length: MAPS }, () => new Map());
    for (const [key, value] of all) this.#mapOf(key).set(key, value);
  }
}

const ONE_MAP_MAX = 4096;
const MAPS = 256;

/** Of the last characters: values that differ mostly differ there. */
function hashOfEnd(text: string): number {
  let hash = text.length;
  for (let i = Math.max(0, text.length - HASHED_MAX); i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x9e3779b1);
  return hash >>> 24;
}

const HASHED_MAX = 6;
