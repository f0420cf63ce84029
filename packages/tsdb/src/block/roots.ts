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
  /** In the order of use, the oldest first. */
  readonly #families = new Map<string, Root>();
  #familiesBytes = 0;

  /** By print, in the order of use, the oldest first. */
  readonly #twins = new Map<number, Root>();
  #twinsBytes = 0;

  /** Those worth trying for a series whose times are `column`, the best guess first. `prints` are those of its longest chunk. */
  candidates(labels: Labels, column: number, prints: readonly number[]): Root[] {
    const twins = this.#mostOften(prints).slice(0, TWINS_TRIED);
    const all = [...twins, this.#families.get(familyOf(labels)), ...this.#recent];
    return [...new Set(all)].filter((root) => root?.column === column).slice(0, ROOTS_TRIED) as Root[];
  }

  #mostOften(prints: readonly number[]): Root[] {
    const matches = new Map<Root, number>();
    for (const print of prints) {
      const twin = this.#twins.get(print);
      if (twin !== undefined) matches.set(twin, (matches.get(twin) ?? 0) + 1);
    }
    return [...matches].sort(([, a], [, b]) => b - a).map(([twin]) => twin);
  }

  /** What has been written; `root` is the one that it is told against. */
  remember(labels: Labels, written: Root, root: Root | null, prints: readonly number[]): void {
    const mayServe = root === null && written.chunks.some(isDecimals);
    if (mayServe) this.#recent = [written, ...this.#recent].slice(0, ROOTS_TRIED);
    const server = root ?? (mayServe ? written : null);
    if (server === null) return;
    const family = familyOf(labels);
    this.#familiesBytes += keep(this.#families, family, this.#families.get(family) ?? server, this.#familiesBytes);
    for (const print of prints) this.#twinsBytes += keep(this.#twins, print, server, this.#twinsBytes);
  }
}

/** Keeps the newest, up to so many bytes; what that changes them by. */
function keep<K>(roots: Map<K, Root>, key: K, root: Root, bytes: number): number {
  const before = roots.get(key);
  let change = bytesOf(root) - (before === undefined ? 0 : bytesOf(before));
  roots.delete(key);
  roots.set(key, root);
  for (const [oldest, forgotten] of roots) {
    if (bytes + change <= ROOTS_BYTES_MAX) break;
    roots.delete(oldest);
    change -= bytesOf(forgotten);
  }
  return change;
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
  return chunks.reduce((sum, { length }) => sum + length, ROOT_OBJECT_BYTES);
}

/** Its objects, and its family's name. */
const ROOT_OBJECT_BYTES = 500;
