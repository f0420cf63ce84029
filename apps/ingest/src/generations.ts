/**
 * A bounded map that forgets what has not been asked for lately: when the young generation is full it becomes the old
 * one, and what was old is forgotten. Holds up to twice `weightMax`.
 */
export class Generations<K, V> {
  readonly #weightMax: number;
  readonly #weightOf: (key: K, value: V) => number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();
  #youngWeight = 0;

  constructor(weightMax: number, weightOf: (key: K, value: V) => number = () => 1) {
    this.#weightMax = weightMax;
    this.#weightOf = weightOf;
  }

  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: K, value: V): void {
    if (this.#youngWeight >= this.#weightMax) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngWeight = 0;
    }
    this.#young.set(key, value);
    this.#youngWeight += this.#weightOf(key, value);
  }
}
