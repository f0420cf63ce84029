import type { Clock, Millis, Prng } from '@tidemark/base';

/**
 * Names blocks so that they sort by creation: 12 hex digits of milliseconds, 8 of chance. Rises strictly
 * within one engine, even when its clock is set back.
 */
export class BlockIds {
  readonly #clock: Clock;
  readonly #random: Prng;
  #lastMs: number;

  constructor(clock: Clock, random: Prng, known: readonly string[]) {
    this.#clock = clock;
    this.#random = random;
    this.#lastMs = known.reduce((newest, id) => Math.max(newest, createdMs(id)), 0);
  }

  /** From here on ids are greater than this one. */
  skip(id: string): void {
    this.#lastMs = Math.max(this.#lastMs, createdMs(id));
  }

  next(): string {
    this.#lastMs = Math.max(this.#clock.now(), this.#lastMs + 1);
    return this.#lastMs.toString(16).padStart(12, '0') + this.#random.bits().toString(16).padStart(8, '0');
  }
}

export function isBlockId(text: string): boolean {
  return /^[0-9a-f]{20}$/.test(text);
}

/** When it was given, by the engine's clock. */
export function createdMs(id: string): Millis {
  return Number.parseInt(id.slice(0, 12), 16);
}
