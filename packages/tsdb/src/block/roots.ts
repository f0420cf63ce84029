import { isDecimals, type RootValues } from '../kernel/codec-kernel.ts';
import { ROOTS_BYTES_MAX, ROOTS_DEEP_MAX, ROOTS_TRIED, TWINS_TRIED } from '../limits.ts';
import type { Labels } from '../model/labels.ts';

/** A series of the block that others may be told against: the values of its chunks. */
export interface Root {
  readonly id: number;
  /** The number of its column of times. */
  readonly column: number;
  readonly chunks: readonly RootValues[];
  /** 0 when it is told against no other, 1 against such a one. Whoever reads a series reads `ROOTS_DEEP_MAX` others at most. */
  readonly depth: number;
}

/**
 * Remembers what has been written as far as others may be alike: the last few series, for each family the first one, and those that moved
 * in the same way for a while. The buckets of a histogram are one family with its count and its sum; label order has the bucket `+Inf`, which
 * moves the most, first. The same thing has many names: bytes and pages, of a device and of a machine.
 */
export class Roots {
  /** The newest first. */
  #recent: Root[] = [];
  readonly #families = new NewestRoots<string>();
  readonly #twins = new NewestRoots<number>();

  /** Those worth trying for a series whose times are `column`, the best guess first. `prints` are those of its longest chunk. */
  candidates(labels: Labels, column: number, prints: readonly number[]): Root[] {
    const twins = this.#mostOften(prints).slice(0, TWINS_TRIED);
    const all = new Set([...twins, this.#families.get(familyOf(labels)), ...this.#recent]);
    return [...all]
      .filter((root) => root !== undefined)
      .filter((root) => root.column === column)
      .slice(0, ROOTS_TRIED);
  }

  /** What has been written; `root` is the one that it is told against. */
  remember(labels: Labels, written: Root, root: Root | null, prints: readonly number[]): void {
    const mayServe = written.depth < ROOTS_DEEP_MAX && written.chunks.some(({ bytes }) => isDecimals(bytes));
    if (mayServe) this.#recent = [written, ...this.#recent].slice(0, ROOTS_TRIED);
    const server = root ?? (mayServe ? written : null);
    if (server === null) return;
    const family = familyOf(labels);
    this.#families.keep(this.#families.get(family) ?? server, [family]);
    this.#twins.keep(server, prints);
  }

  #mostOften(prints: readonly number[]): Root[] {
    const matches = new Map<Root, number>();
    for (const print of prints) {
      const twin = this.#twins.get(print);
      if (twin !== undefined) matches.set(twin, (matches.get(twin) ?? 0) + 1);
    }
    return [...matches].sort(([, a], [, b]) => b - a).map(([twin]) => twin);
  }
}

/** Roots by keys, as many as there is room for. When the newer half is full the older one goes at once: forgetting them one by one would hold others up. */
class NewestRoots<K> {
  #newer = new Map<K, Root>();
  #older: ReadonlyMap<K, Root> = new Map();
  #held = new Set<Root>();
  #bytes = 0;

  get(key: K): Root | undefined {
    return this.#newer.get(key) ?? this.#older.get(key);
  }

  keep(root: Root, keys: readonly K[]): void {
    for (const key of keys) {
      if (!this.#newer.has(key)) this.#bytes += KEY_BYTES;
      this.#newer.set(key, root);
    }
    if (!this.#held.has(root)) this.#bytes += bytesOf(root);
    this.#held.add(root);
    if (this.#bytes <= ROOTS_BYTES_MAX / 2) return;
    this.#older = this.#newer;
    this.#newer = new Map();
    this.#held = new Set();
    this.#bytes = 0;
  }
}

function familyOf(labels: Labels): string {
  let key = '';
  for (const [name, value] of labels) {
    if (name === '__name__') key = value.replace(/_(bucket|count|sum)$/, '');
    else if (name !== 'le' && name !== 'quantile') key += `\0${name}\0${value}`;
  }
  return key;
}

function bytesOf({ chunks }: Root): number {
  return chunks.reduce((sum, { bytes }) => sum + bytes.length, ROOT_OBJECT_BYTES);
}

/** Its objects, and its family's name. */
const ROOT_OBJECT_BYTES = 400;
const KEY_BYTES = 50;
