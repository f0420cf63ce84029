import { PLANS_AT, PLANS_BYTES, SUMS_AT, SUMS_BYTES, sharedMemory } from './shared-memory.ts';

/** Room in the kernels' memory, taken by who needs it for a query and given back at its end. */
export class Room {
  /** What is taken, in rising order, in numbers from the start. */
  readonly #taken: { readonly at: number; readonly length: number }[] = [];
  readonly #from: number;
  readonly #room: number;
  readonly #memory: ArrayBuffer;

  /** Its place in the memory. */
  constructor(from: number, bytes: number) {
    this.#memory = sharedMemory().buffer;
    this.#from = from;
    this.#room = bytes / 8;
  }

  /** With whatever lies there; null where there is no room. */
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
    return new Float64Array(this.#memory, this.#from + 8 * at, length);
  }

  giveBack(column: Float64Array): void {
    const at = (column.byteOffset - this.#from) / 8;
    const known = this.#taken.findLastIndex((each) => each.at === at);
    if (known >= 0) this.#taken.splice(known, 1);
  }
}

let sums: Room | null = null;
let plans: Room | null = null;

/** This thread's, for sums of groups. */
export function sumRoom(): Room {
  sums ??= new Room(SUMS_AT, SUMS_BYTES);
  return sums;
}

/** This thread's, for plans of windows. */
export function planRoom(): Room {
  plans ??= new Room(PLANS_AT, PLANS_BYTES);
  return plans;
}
