import type { Clock, Millis } from '@tidemark/base';
import { DRAW_EVERY_MS, LINE_EVERY_MS } from '../limits.ts';

/** Where what is told goes, beside the result. */
export interface Output {
  readonly isTerminal: boolean;
  readonly columns: number;
  write(text: string): void;
}

/** A bar on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #output: Output;
  readonly #clock: Clock;
  readonly #title: string;
  readonly #startMs: number;
  #toldMs: number;
  #windowsAll = 0;
  #windows = 0;
  #atMs: Millis | null = null;
  #samples = 0;

  constructor(output: Output, clock: Clock, title: string) {
    this.#output = output;
    this.#clock = clock;
    this.#title = title;
    this.#startMs = clock.monotonicMs();
    this.#toldMs = this.#startMs;
  }

  begin(windowsAll: number): void {
    this.#windowsAll = windowsAll;
  }

  /** What goes before the windows. */
  preparing(text: string): void {
    this.#tell(() => text);
  }

  window(atMs: Millis, done: number): void {
    this.#atMs = atMs;
    this.#windows = done;
    this.#tell(() => this.#line());
  }

  sent(samples: number): void {
    this.#samples += samples;
    this.#tell(() => this.#line());
  }

  end(): void {
    if (this.#output.isTerminal) this.#output.write('\r\x1b[2K');
  }

  #tell(line: () => string): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#toldMs < (this.#output.isTerminal ? DRAW_EVERY_MS : LINE_EVERY_MS)) return;
    this.#toldMs = nowMs;
    if (this.#output.isTerminal) this.#output.write(`\r\x1b[2K${line().slice(0, this.#output.columns - 1)}`);
    else this.#output.write(`${line()}\n`);
  }

  #line(): string {
    const seconds = (this.#clock.monotonicMs() - this.#startMs) / 1000;
    const part = this.#windowsAll === 0 ? 0 : this.#windows / this.#windowsAll;
    const bar = this.#output.isTerminal ? `${'█'.repeat(Math.round(part * BAR)).padEnd(BAR, '░')} ` : '';
    const at = this.#atMs === null ? '' : `, at ${new Date(this.#atMs).toISOString().slice(0, 16)}Z`;
    const rate = count(this.#samples / Math.max(seconds, 0.001));
    return `${bar}${(100 * part).toFixed(0)} % ${this.#title}: ${count(this.#samples)} samples, ${rate}/s${at}`;
  }
}

const BAR = 24;

/** Short enough for a line: 12.3 M. */
export function count(value: number): string {
  for (const [unit, size] of [
    ['G', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ] as const)
    if (value >= size) return `${(value / size).toFixed(1)} ${unit}`;
  return value.toFixed(0);
}
