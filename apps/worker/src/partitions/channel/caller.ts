import type { MessagePort } from 'node:worker_threads';
import type { QueryBudget } from '@tidemark/tsdb';
import { RETURNS_SLICE_MS } from '../../limits.ts';
import { PlainError } from '../../plain-error.ts';
import { LabelsReader } from '../codec/labels-table.ts';
import { decodeError } from './errors.ts';
import type { CallMessage, FromThread, ReturnMessage, ToThread } from './messages.ts';
import { Outbox } from './outbox.ts';
import { plainShare } from './plain-share.ts';

/** The main thread's end: calls what a partition thread answers, and hears what it tells. */
export interface CallOptions<T> {
  /** Charged as the call uses it; what it is out of, or whose client has gone, is cancelled. */
  readonly budget?: QueryBudget;
  readonly ahead?: boolean;
  /** Reads the returned value while its labels are known. */
  readonly decode: (value: never, table: LabelsReader) => T;
}

interface Waiting {
  readonly settle: (message: ReturnMessage) => void;
  readonly spent: (samples: number, series: number) => void;
  readonly fail: (error: Error) => void;
}

export class Caller {
  readonly #port: MessagePort;
  readonly #onEvent: (event: never) => void;
  readonly #outbox: Outbox<ToThread>;
  readonly #table = new LabelsReader();
  readonly #waiting = new Map<number, Waiting>();
  #calls: CallMessage[] = [];
  #cancelled: number[] = [];
  #incoming: FromThread[] = [];
  #isReading = false;
  #lastId = 0;
  #lost: Error | null = null;

  constructor(port: MessagePort, onEvent: (event: never) => void) {
    this.#port = port;
    this.#onEvent = onEvent;
    this.#outbox = new Outbox(port, () => this.#take());
    port.on('message', (message: FromThread) => {
      this.#incoming.push(message);
      if (!this.#isReading) void this.#readAll();
    });
  }

  call<T>(method: string, argument: unknown, { budget, ahead = false, decode }: CallOptions<T>): Promise<T> {
    const signal = budget?.signal;
    if (this.#lost !== null) return Promise.reject(this.#lost);
    if (signal?.aborted) return Promise.reject(endOf(budget, signal));
    const id = ++this.#lastId;
    return new Promise<T>((resolve, reject) => {
      const end = () => {
        this.#waiting.delete(id);
        signal?.removeEventListener('abort', cancel);
      };
      const fail = (error: Error) => {
        end();
        reject(error);
      };
      const giveUp = (error: Error) => {
        this.#cancelled.push(id);
        this.#outbox.due();
        fail(error);
      };
      const cancel = () => giveUp(endOf(budget, signal as AbortSignal));
      signal?.addEventListener('abort', cancel, { once: true });
      const spent = (samples: number, series: number) => {
        try {
          budget?.chargeSamples(samples);
          budget?.chargeSeries(series);
        } catch (error) {
          giveUp(error as Error);
        }
      };
      const settle = (message: ReturnMessage) => {
        end();
        if (message.kind === 'error') return reject(decodeError(message.error));
        for (const stretch of message.missing ?? []) budget?.miss(stretch);
        try {
          resolve(decode(message.value as never, this.#table));
        } catch (error) {
          reject(error);
        }
      };
      this.#waiting.set(id, { settle, spent, fail });
      this.#calls.push({ id, method, argument, budget: budget === undefined ? null : plainShare(budget.share()), ahead });
      this.#outbox.due();
    });
  }

  /** Nothing more comes: every call that waits fails by `error`, and so do later ones. */
  lose(error: Error): void {
    this.#lost ??= error;
    for (const { fail } of [...this.#waiting.values()]) fail(this.#lost);
  }

  close(): void {
    this.#outbox.close();
    this.#port.close();
    this.lose(new PlainError('the worker is stopping'));
  }

  #take(): ToThread {
    const message = { calls: this.#calls, ...(this.#cancelled.length > 0 && { cancelled: this.#cancelled }) };
    this.#calls = [];
    this.#cancelled = [];
    return message;
  }

  /** One message after the other, since labels are named by what was announced before; in slices, since each return sets work going. */
  async #readAll(): Promise<void> {
    this.#isReading = true;
    let sliceEndMs = performance.now() + RETURNS_SLICE_MS;
    for (let message = this.#incoming.shift(); message !== undefined; message = this.#incoming.shift()) {
      const { news, spent = [], returns = [], events = [] } = message;
      if (news !== undefined) this.#table.read(news);
      for (const [id, samples, series] of spent) this.#waiting.get(id)?.spent(samples, series);
      for (const event of events) this.#onEvent(event as never);
      for (const returned of returns) {
        this.#waiting.get(returned.id)?.settle(returned);
        await null; // Whoever waited for it goes on now.
        if (performance.now() < sliceEndMs) continue;
        await new Promise((resolve) => setImmediate(resolve));
        sliceEndMs = performance.now() + RETURNS_SLICE_MS;
      }
    }
    this.#isReading = false;
  }
}

/** Why a call whose signal has aborted ends. */
function endOf(budget: QueryBudget | undefined, signal: AbortSignal): Error {
  try {
    budget?.check();
  } catch (error) {
    return error as Error;
  }
  return signal.reason;
}
