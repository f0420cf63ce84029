import { isDecimals } from '../kernel/codec-kernel.ts';
import { ROOTS_BYTES_MAX, ROOTS_TRIED, TWINS_TRIED } from '../limits.ts';
import type { Labels } from '../model/labels.ts';

/**
 * A series of the block that others may be told against: the bytes of its chunks' values. It is itself told against none,
 * so that whoever reads a series reads two at most.
 */
export interface Root {
  readonly id: number;
  /** The number of its column of times. */
  readonly column: number;
  readonly chunks: readonly Uint8Array[];
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
    const mayServe = root === null && written.chunks.some(isDecimals);
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

/** Roots by keys, as many as there is room for: those kept last. */
class NewestRoots<K> {
  readonly #roots = new Map<K, Root>();
  /** The oldest first. */
  readonly #keys = new Map<Root, readonly K[]>();
  #bytes = 0;

  get(key: K): Root | undefined {
    return this.#roots.get(key);
  }

  keep(root: Root, keys: readonly K[]): void {
    const all = [...new Set([...keys, ...(this.#keys.get(root) ?? [])])].slice(0, KEYS_MAX);
    this.#forget(root);
    for (const key of all) this.#roots.set(key, root);
    this.#keys.set(root, all);
    this.#bytes += bytesOf(root, all.length);
    for (const oldest of this.#keys.keys()) {
      if (this.#bytes <= ROOTS_BYTES_MAX) break;
      this.#forget(oldest);
    }
  }

  #forget(root: Root): void {
    const keys = this.#keys.get(root);
    if (keys === undefined) return;
    for (const key of keys) if (this.#roots.get(key) === root) this.#roots.delete(key);
    this.#keys.delete(root);
    this.#bytes -= bytesOf(root, keys.length);
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

function bytesOf({ chunks }: Root, keys: number): number {
  return chunks.reduce((sum, { length }) => sum + length, ROOT_OBJECT_BYTES + keys * KEY_BYTES);
}

/** Its objects, and its family's name. */
const ROOT_OBJECT_BYTES = 400;
const KEY_BYTES = 50;

/** Those that came last: a root of very many series must not hold all of their keys. */
const KEYS_MAX = 100;
