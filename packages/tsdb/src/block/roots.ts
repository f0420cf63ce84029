import { isDecimals } from '../kernel/codec-kernel.ts';
import { FAMILY_ROOTS_BYTES_MAX, ROOTS_TRIED } from '../limits.ts';
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
 * Remembers what has been written as far as others may be alike: the last few series, and for each family the first one. The buckets of a
 * histogram are one family with its count and its sum; label order has the bucket `+Inf`, which moves the most, first.
 */
export class Roots {
  /** The newest first. */
  #recent: Root[] = [];
  /** In the order of use, the oldest first. */
  readonly #families = new Map<string, Root>();
  #familiesBytes = 0;

  /** Those worth trying for a series whose times are `column`, the best guess first. */
  candidates(labels: Labels, column: number): Root[] {
    const family = this.#families.get(familyOf(labels));
    const all = family === undefined ? this.#recent : [family, ...this.#recent.filter((each) => each !== family)];
    return all.filter((root) => root.column === column).slice(0, ROOTS_TRIED);
  }

  /** What has been written; `root` is the one that it is told against. */
  remember(labels: Labels, written: Root, root: Root | null): void {
    const mayServe = root === null && written.chunks.some(isDecimals);
    if (mayServe) this.#recent = [written, ...this.#recent].slice(0, ROOTS_TRIED);
    const family = familyOf(labels);
    const kept = this.#families.get(family) ?? root ?? (mayServe ? written : null);
    if (kept === null) return;
    if (!this.#families.delete(family)) this.#familiesBytes += bytesOf(kept);
    this.#families.set(family, kept);
    for (const [oldest, forgotten] of this.#families) {
      if (this.#familiesBytes <= FAMILY_ROOTS_BYTES_MAX) break;
      this.#families.delete(oldest);
      this.#familiesBytes -= bytesOf(forgotten);
    }
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
  return chunks.reduce((sum, { length }) => sum + length, ROOT_OBJECT_BYTES);
}

/** Its objects, and its family's name. */
const ROOT_OBJECT_BYTES = 500;
