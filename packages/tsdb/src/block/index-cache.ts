/**
 * What queries read of the indexes of blocks, as long as there is room: directories and pages, the least recently used go first. What is being
 * loaded is loaded once.
 */
export class IndexCache {
  readonly #bytesMax: number;
  /** In order of use, the oldest first. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** `load` says how many bytes in memory the value takes, about. `part` names it within the block, and always the same type. */
  get<T>(block: string, part: string, load: () => Promise<Weighed<T>>): Promise<T> {
    const known = this.known<T>(block, part);
    if (known !== undefined) return known;
    const key = `${block}/${part}`;
    const weighed = load();
    const entry: Entry = { value: weighed.then(({ value }) => value), bytes: 0 };
    this.#entries.set(key, entry);
    weighed.then(
      ({ bytes }) => this.#weigh(key, entry, bytes),
      () => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key);
      },
    );
    return entry.value as Promise<T>;
  }

  /** If it is there. */
  known<T>(block: string, part: string): Promise<T> | undefined {
    const key = `${block}/${part}`;
    const known = this.#entries.get(key);
    if (known === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, known);
    return known.value as Promise<T>;
  }

  /** What one query has made: nobody else waits for it, since that one may end before. */
  keep(block: string, part: string, { value, bytes }: Weighed<unknown>): void {
    const key = `${block}/${part}`;
    this.#drop(key);
    const entry = { value: Promise.resolve(value), bytes: 0 };
    this.#entries.set(key, entry);
    this.#weigh(key, entry, bytes);
  }

  /** All of a block. */
  forget(block: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(`${block}/`)) this.#drop(key);
  }

  #weigh(key: string, entry: Entry, bytes: number): void {
    if (this.#entries.get(key) !== entry) return;
    entry.bytes = bytes;
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#bytesMax) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }
}

export interface Weighed<T> {
  readonly value: T;
  readonly bytes: number;
}

interface Entry {
  readonly value: Promise<unknown>;
  /** 0 while it is being loaded. */
  bytes: number;
}
