import type { Clock, Millis } from './clock.ts';

/**
 * Whether the machine's clock can be believed enough to delete by it. A clock that is set to next year makes everything look past its
 * age; so nothing is deleted while it has jumped:
 *
 *   trusted ──it has moved by more than an hour more, or less, than time has passed──▶ jumped
 *   jumped ──it is back where time has led it, or its new time has lasted for a day──▶ trusted
 *
 * How much time has passed is known to a running process. From one process to the next it is not: the last time that was seen is written
 * down, or told by what was written last, and a standstill of more than an hour is taken for a jump as well, at the price of a day.
 */
export interface ClockState {
  /** What the clock said when it was looked at last. */
  readonly seenMs: Millis;
  /** Null while it is trusted. */
  readonly jump: ClockJump | null;
}

export interface ClockJump {
  /** What the clock would say now if it had not jumped. */
  readonly expectedMs: Millis;
  /** How long the new time has lasted. */
  readonly lastedMs: number;
}

/** More than clocks are set by when they are right, and than a restart takes. */
export const JUMP_MS = 3_600_000;

/** By then somebody has seen that the clock is wrong, or it is not. */
export const JUMP_BELIEVED_MS = 24 * 3_600_000;

/** A clock as it has been read so far. */
export class TrustedClock {
  readonly #clock: Clock;
  #state: ClockState;
  #readAtMs: number;

  /** `was`: as another process left it. */
  constructor(clock: Clock, was: ClockState) {
    this.#clock = clock;
    this.#state = readClock(was, { nowMs: clock.now(), passedMs: 0 });
    this.#readAtMs = clock.monotonicMs();
  }

  get state(): ClockState {
    return this.#state;
  }

  /** The time to go by: while the clock has jumped, what it would say otherwise. */
  read(nowMs: Millis): Millis {
    const readAtMs = this.#clock.monotonicMs();
    this.#state = readClock(this.#state, { nowMs, passedMs: Math.round(readAtMs - this.#readAtMs) });
    this.#readAtMs = readAtMs;
    return this.#state.jump?.expectedMs ?? nowMs;
  }
}

export interface ClockReading {
  readonly nowMs: Millis;
  /** Since the last reading; 0 for the first one of a process. */
  readonly passedMs: number;
}

/** Pure: the table in the test is the specification. */
export function readClock(was: ClockState, { nowMs, passedMs }: ClockReading): ClockState {
  const isSteady = isNear(nowMs, was.seenMs + passedMs);
  if (was.jump === null) {
    const jump = isSteady ? null : { expectedMs: was.seenMs + passedMs, lastedMs: 0 };
    return { seenMs: nowMs, jump };
  }
  const expectedMs = was.jump.expectedMs + passedMs;
  const lastedMs = isSteady ? was.jump.lastedMs + passedMs : 0;
  const isOver = isNear(nowMs, expectedMs) || lastedMs >= JUMP_BELIEVED_MS;
  return { seenMs: nowMs, jump: isOver ? null : { expectedMs, lastedMs } };
}

function isNear(a: Millis, b: Millis): boolean {
  return Math.abs(a - b) <= JUMP_MS;
}
