import type { Clock, Millis } from '@tidemark/base';
import { CommandFailure } from '../failure.ts';
import { LOOK_EVERY_MS, MEMORY_PART, PATIENCE_MS, SHARE, STRETCH_SAMPLES, WAITING_RECORDS } from '../limits.ts';
import type { QueryApi } from '../query-api.ts';

/** `GET /api/v1/status/intake` of a worker: whether it has taken in what ingest has acknowledged. */
export interface IntakeStatus {
  /** Older samples are not taken, for they would not be kept. */
  readonly takenFromMs: Millis;
  /** Records of the log that were not read yet, of the partition that is furthest behind. */
  readonly waitingRecords: number;
  /** The part of what memory may hold that is taken, of the partition that is fullest. */
  readonly memoryPart: number;
  /** Samples that were refused since the worker's start, whoever sent them. */
  readonly refused: readonly { readonly reason: string; readonly samples: number; readonly example: string }[];
}

/**
 * Keeps the import behind what is live: after each stretch of samples it waits until the worker has taken them in, and then rests
 * for as long as that took.
 */
export class Pace {
  readonly #api: QueryApi;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #samples = 0;
  #sinceMs: number;

  constructor(api: QueryApi, clock: Clock, signal: AbortSignal) {
    this.#api = api;
    this.#clock = clock;
    this.#signal = signal;
    this.#sinceMs = clock.monotonicMs();
  }

  status(): Promise<IntakeStatus> {
    return this.#api.get<IntakeStatus>('status/intake');
  }

  async sent(samples: number): Promise<void> {
    this.#samples += samples;
    if (this.#samples < STRETCH_SAMPLES) return;
    await this.caughtUp();
    const tookMs = this.#clock.monotonicMs() - this.#sinceMs;
    await this.#clock.sleep((tookMs * (1 - SHARE)) / SHARE, this.#signal);
    this.#signal.throwIfAborted();
    this.#samples = 0;
    this.#sinceMs = this.#clock.monotonicMs();
  }

  /** Everything that was acknowledged is in the engine, and memory has room. */
  async caughtUp(): Promise<void> {
    let giveUpMs = this.#clock.monotonicMs() + PATIENCE_MS;
    let least = Number.POSITIVE_INFINITY;
    for (;;) {
      const { waitingRecords, memoryPart } = await this.#patientStatus();
      if (waitingRecords <= WAITING_RECORDS && memoryPart <= MEMORY_PART) return;
      const nowMs = this.#clock.monotonicMs();
      if (waitingRecords < least) {
        least = waitingRecords;
        giveUpMs = nowMs + PATIENCE_MS;
      }
      if (nowMs > giveUpMs) throw new CommandFailure(`the worker does not keep up: ${waitingRecords} records of the log wait`);
      await this.#clock.sleep(LOOK_EVERY_MS, this.#signal);
      this.#signal.throwIfAborted();
    }
  }

  /** A worker that is started again is waited for. */
  async #patientStatus(): Promise<IntakeStatus> {
    const giveUpMs = this.#clock.monotonicMs() + PATIENCE_MS;
    for (;;) {
      try {
        return await this.status();
      } catch (error) {
        if (!(error instanceof CommandFailure) || this.#clock.monotonicMs() > giveUpMs) throw error;
        await this.#clock.sleep(40 * LOOK_EVERY_MS, this.#signal);
        this.#signal.throwIfAborted();
      }
    }
  }
}
