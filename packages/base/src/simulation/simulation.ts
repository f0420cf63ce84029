/**
 * A machine with its time, in one thread: whatever would take time outside (the disk, a timer, another turn of the event loop)
 * waits here, and the seed decides what is done next. The same seed gives the same run, to the last step.
 *
 *   ready ──step, in seeded order──▶ done         what processes wait for: disk operations, turns
 *   asleep ──nothing is ready any more──▶ ready   time goes on to the next that wakes, and sometimes before
 *
 * Between two steps all code runs as far as it can. A killed process never runs again: nothing that it waits for is ever done.
 */
import { setImmediate as nextRound } from 'node:timers/promises';
import { assert } from '../assert.ts';
import type { Clock, Millis } from '../clock.ts';
import { crc32c } from '../crc32c.ts';
import { type Prng, prng } from '../prng.ts';

/** Nothing can ever go on. */
export class DeadlockError extends Error {
  override readonly name = 'DeadlockError';
}

/** A process of the simulated machine: what it waits for is gone with it. */
export interface Process {
  readonly name: string;
  readonly clock: Clock;
  readonly isAlive: boolean;
  /** Resolves with what `effect` gives, once that has its turn. */
  later<T>(what: string, effect: () => T): Promise<T>;
}

interface Task {
  readonly process: SimulatedProcess;
  readonly what: string;
  /** Returns the outcome, for the trace, and what tells the process of it. */
  readonly run: () => { readonly outcome: string; readonly settle: () => void };
}

interface Sleeper {
  readonly process: SimulatedProcess;
  readonly atMs: Millis;
  readonly wake: () => void;
}

const START_MS = 1_700_000_000_000;
/** Sometimes the disk is so slow that who sleeps until soon wakes first. */
const SLOW_DISK = 0.05;
const SLOW_DISK_MS = 1_000;

export class Simulation {
  readonly random: Prng;
  #nowMs: Millis = START_MS;
  #ready: Task[] = [];
  #sleepers: Sleeper[] = [];
  #steps = 0;
  #traceHash = 0;
  readonly #trace: (line: string) => void;
  readonly #stepWaiters: { readonly at: number; readonly wake: () => void }[] = [];

  /** `trace` hears of every step. */
  constructor(seed: number, trace: (line: string) => void = () => undefined) {
    this.random = prng(seed);
    this.#trace = trace;
  }

  get nowMs(): Millis {
    return this.#nowMs;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Stands for all that has happened, in its order. */
  get traceHash(): number {
    return this.#traceHash;
  }

  start(name: string): Process {
    return new SimulatedProcess(this, name);
  }

  /** What it waited for on a disk may still happen, or not: `random` decides, as when the power goes in the middle. */
  kill(process: Process): void {
    assert(process instanceof SimulatedProcess && process.isAlive, `${process.name} has ended already`);
    process.isAlive = false;
    this.note(`kill ${process.name}`);
    const lost = this.#ready.filter((task) => task.process === process);
    this.#ready = this.#ready.filter((task) => task.process !== process);
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.process !== process);
    for (const task of lost) if (this.random.chance(0.5)) task.run();
  }

  /** Resolves in the middle of whatever is under way then. */
  afterSteps(count: number): Promise<void> {
    return new Promise((wake) => this.#stepWaiters.push({ at: this.#steps + count, wake }));
  }

  note(line: string): void {
    const text = `${this.#nowMs} ${line}`;
    this.#traceHash = crc32c(Buffer.from(text), 0, Buffer.byteLength(text), this.#traceHash);
    this.#trace(text);
  }

  /** Runs until `main` has ended; the processes that it has started are left as they stand. */
  async run<T>(main: () => Promise<T>): Promise<T> {
    const ended: { outcome?: () => T } = {};
    main().then(
      (value) => {
        ended.outcome = () => value;
      },
      (error) => {
        ended.outcome = () => {
          throw error;
        };
      },
    );
    for (;;) {
      await nextRound();
      if (ended.outcome !== undefined) return ended.outcome();
      this.#step();
    }
  }

  #step(): void {
    const due = this.#stepWaiters.findIndex(({ at }) => at <= this.#steps);
    if (due >= 0) {
      this.#stepWaiters.splice(due, 1)[0].wake();
      return;
    }
    this.#steps++;
    const { random } = this;
    const next = this.#sleepers.length === 0 ? null : this.#sleepers.reduce((a, b) => (b.atMs < a.atMs ? b : a));
    const isSlow = next !== null && next.atMs <= this.#nowMs + SLOW_DISK_MS && random.chance(SLOW_DISK);
    if (this.#ready.length > 0 && !isSlow) {
      const [task] = this.#ready.splice(random.int(0, this.#ready.length), 1);
      const { outcome, settle } = task.run();
      this.note(`${task.process.name} ${task.what} ${outcome}`);
      settle();
    } else if (next !== null) {
      this.#sleepers.splice(this.#sleepers.indexOf(next), 1);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.note(`${next.process.name} wakes`);
      next.wake();
    } else if (this.#stepWaiters.length === 0) {
      throw new DeadlockError('nothing can go on');
    }
  }

  enqueue(task: Task): void {
    if (task.process.isAlive) this.#ready.push(task);
  }

  sleepUntil(sleeper: Sleeper): void {
    if (sleeper.process.isAlive) this.#sleepers.push(sleeper);
  }

  wakeEarly(wake: () => void): void {
    const at = this.#sleepers.findIndex((sleeper) => sleeper.wake === wake);
    if (at < 0) return;
    this.#sleepers.splice(at, 1);
    wake();
  }
}

class SimulatedProcess implements Process {
  readonly name: string;
  readonly clock: Clock;
  isAlive = true;
  readonly #simulation: Simulation;
  #workMs = 0;

  constructor(simulation: Simulation, name: string) {
    this.#simulation = simulation;
    this.name = name;
    this.clock = {
      now: () => simulation.nowMs,
      // Work takes as long as the seed says: so slices end at any place.
      monotonicMs: () => {
        this.#workMs += simulation.random.next() * (simulation.random.chance(0.1) ? 5 : 0.2);
        return simulation.nowMs + this.#workMs;
      },
      sleep: (ms, signal) => this.#sleep(ms, signal),
      turn: () => this.later('turn', () => undefined),
    };
  }

  later<T>(what: string, effect: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = () => {
        try {
          const value = effect();
          return { outcome: typeof value === 'number' ? String(value) : 'done', settle: () => resolve(value) };
        } catch (error) {
          return { outcome: String(error), settle: () => reject(error) };
        }
      };
      this.#simulation.enqueue({ process: this, what, run });
    });
  }

  #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const onAbort = () => this.#simulation.wakeEarly(wake);
      const wake = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      signal?.addEventListener('abort', onAbort);
      this.#simulation.sleepUntil({ process: this, atMs: this.#simulation.nowMs + Math.max(0, ms), wake });
    });
  }
}
