import { SUMS_AT, SUMS_BYTES, sharedMemory } from './shared-memory.ts';

/** Room for sums in the kernels' memory, taken by who forms them and given back at the end of the query. */
export class SumRoom {
  /** What is taken, in rising order, in numbers from the start. */
  readonly #taken: { readonly at: number; readonly length: number }[] = [];
  readonly #room: number;
  readonly #memory: ArrayBuffer;

  constructor() {
    this.#memory = sharedMemory().buffer;
    this.#room = SUMS_BYTES / 8;
  }

  /** Zeros; null where there is no room. */
  take(length: number): Float64Array | null {
    // Fast path: behind all others.
    const last = this.#taken.at(-1);
    let at = last === undefined ? 0 : last.at + last.length;
    let before = this.#taken.length;
    if (at + length > this.#room) {
      at = 0;
      for (before = 0; before < this.#taken.length; before++) {
        const next = this.#taken[before];
        if (next.at - at >= length) break;
        at = next.at + next.length;
      }
    }
    if (at + length > this.#room) return null;
    this.#taken.splice(before, 0, { at, length });
    return new Float64Array(this.#memory, SUMS_AT + 8 * at, length).fill(0);
  }

  giveBack(column: Float64Array): void {
    const at = (column.byteOffset - SUMS_AT) / 8;
    const known = this.#taken.findLastIndex((each) => each.at === at);
    if (known >= 0) this.#taken.splice(known, 1);
  }
}

let shared: SumRoom | null = null;

/** This thread's. */
export function sumRoom(): SumRoom {
  shared ??= new SumRoom();
  return shared;
}
