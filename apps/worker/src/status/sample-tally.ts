import type { Clock, Millis } from '@tidemark/base';
import { RATE_WINDOW_MS } from '../limits.ts';

export interface Tally {
  readonly samplesPerSecond: number;
  readonly samplesTotal: number;
  readonly refused: readonly { readonly reason: string; readonly samples: number; readonly example: string }[];
}

/** What was appended and refused since the start, and the rate over the last ten seconds, without what came while catching up. */
export class SampleTally {
  readonly #clock: Clock;
  readonly #startedAtMs: Millis;
  /** Samples by second; only the window's are kept. */
  readonly #seconds = new Map<number, number>();
  readonly #refused = new Map<string, { readonly samples: number; readonly example: string }>();
  #total = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAtMs = clock.now();
  }

  appended(samples: number, catchingUp: boolean): void {
    this.#total += samples;
    if (catchingUp) return;
    const second = Math.floor(this.#clock.now() / 1000);
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + samples);
    for (const old of this.#seconds.keys()) {
      if (old >= second - RATE_WINDOW_MS / 1000) break;
      this.#seconds.delete(old);
    }
  }

  refused(reason: string, samples: number, example: string): void {
    this.#refused.set(reason, { samples: (this.#refused.get(reason)?.samples ?? 0) + samples, example });
  }

  get tally(): Tally {
    const nowMs = this.#clock.now();
    // Whole seconds only: the current one is not over yet.
    const to = Math.floor(nowMs / 1000);
    const from = to - RATE_WINDOW_MS / 1000;
    let recent = 0;
    for (const [second, samples] of this.#seconds) if (second >= from && second < to) recent += samples;
    const windowMs = Math.min(RATE_WINDOW_MS, Math.max(1000, nowMs - this.#startedAtMs));
    return {
      samplesPerSecond: recent / (windowMs / 1000),
      samplesTotal: this.#total,
      refused: [...this.#refused].map(([reason, counted]) => ({ reason, ...counted })),
    };
  }
}

/** Of all threads. */
export function sumTallies(tallies: readonly Tally[]): Tally {
  const refused = new Map<string, { readonly samples: number; readonly example: string }>();
  for (const { reason, samples, example } of tallies.flatMap((tally) => tally.refused)) {
    refused.set(reason, { samples: (refused.get(reason)?.samples ?? 0) + samples, example });
  }
  return {
    samplesPerSecond: tallies.reduce((sum, tally) => sum + tally.samplesPerSecond, 0),
    samplesTotal: tallies.reduce((sum, tally) => sum + tally.samplesTotal, 0),
    refused: [...refused].map(([reason, counted]) => ({ reason, ...counted })),
  };
}
