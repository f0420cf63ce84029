import type { MessagePort } from 'node:worker_threads';
import { assert, type Clock } from '@tidemark/base';
import { type MissingStretch, QueryBudget } from '@tidemark/tsdb';
import { CALLS_SLICE_MS } from '../../limits.ts';
import type { Precedence } from '../../query/precedence.ts';
import { LabelsWriter } from '../codec/labels-table.ts';
import { encodeError } from './errors.ts';
import type { CallMessage, FromThread, ReturnMessage, Spent, ToThread } from './messages.ts';
import { Outbox } from './outbox.ts';
import { shareOf } from './plain-share.ts';

/** A partition thread's end: answers calls, in slices, and tells what happens. */
export interface Reply {
  /** Plain. */
  readonly value: unknown;
  /** Change hands with it. */
  readonly buffers?: readonly ArrayBuffer[];
}

export interface CallContext {
  /** Of a query. */
  readonly budget: QueryBudget;
  readonly table: LabelsWriter;
}

export type Answers = Readonly<Record<string, (argument: never, context: CallContext) => Reply | Promise<Reply>>>;

export interface AnswererOptions {
  readonly port: MessagePort;
  readonly clock: Clock;
  readonly precedence: Precedence;
  readonly answers: Answers;
}

/** What is no query has no limits. */
const UNLIMITED = { deadlineMs: Infinity, samplesMax: Infinity, seriesMax: Infinity };

export class Answerer {
  readonly #options: AnswererOptions;
  readonly #outbox: Outbox<FromThread>;
  readonly #table = new LabelsWriter();
  readonly #running = new Map<number, AbortController>();
  #spent: Spent[] = [];
  #returns: ReturnMessage[] = [];
  #events: unknown[] = [];

  constructor(options: AnswererOptions) {
    this.#options = options;
    this.#outbox = new Outbox(options.port, () => this.#take());
    options.port.on('message', (message: ToThread) => void this.#receive(message));
  }

  /** Calls that have not been answered yet. */
  get running(): number {
    return this.#running.size;
  }

  tell(event: unknown): void {
    this.#events.push(event);
    this.#outbox.due();
  }

  close(): void {
    this.#outbox.close();
    this.#options.port.close();
  }

  async #receive({ calls, cancelled = [] }: ToThread): Promise<void> {
    for (const id of cancelled) this.#running.get(id)?.abort();
    for (const call of calls) {
      // Registered before the first one begins: a call may be cancelled while it waits for its turn.
      this.#running.set(call.id, new AbortController());
    }
    // What goes ahead does so from here on: no query has a slice between two rules of one tick.
    const begin = () => this.#begin(calls);
    await (calls.some(({ ahead }) => ahead) ? this.#options.precedence.ahead(begin) : begin());
  }

  async #begin(calls: readonly CallMessage[]): Promise<void> {
    let sliceEndMs = performance.now() + CALLS_SLICE_MS;
    for (const call of calls) {
      void this.#answer(call);
      await null; // Those that wait for nothing finish now.
      if (performance.now() < sliceEndMs) continue;
      await new Promise((resolve) => setImmediate(resolve));
      sliceEndMs = performance.now() + CALLS_SLICE_MS;
    }
  }

  async #answer(call: CallMessage): Promise<void> {
    const { precedence } = this.#options;
    try {
      const { reply, missing } = call.ahead ? await precedence.ahead(() => this.#run(call)) : await this.#run(call);
      this.#returns.push({ id: call.id, kind: 'value', value: reply.value, ...(missing.length > 0 && { missing }) });
      this.#outbox.due(reply.buffers);
    } catch (error) {
      this.#returns.push({ id: call.id, kind: 'error', error: encodeError(error) });
      this.#outbox.due();
    } finally {
      this.#running.delete(call.id);
    }
  }

  async #run({
    id,
    method,
    argument,
    budget: share,
    ahead,
  }: CallMessage): Promise<{ readonly reply: Reply; readonly missing: readonly MissingStretch[] }> {
    const { clock, precedence, answers } = this.#options;
    const answer = answers[method];
    assert(answer !== undefined, `no such call: ${method}`);
    const { signal } = this.#running.get(id) as AbortController;
    const limits = share === null ? { limits: UNLIMITED, startMs: clock.now(), samples: 0, series: 0 } : shareOf(share);
    let told = limits;
    const report = () => {
      const { samples, series } = budget;
      if (share === null || (samples === told.samples && series === told.series)) return;
      this.#spent.push([id, samples - told.samples, series - told.series]);
      told = { ...told, samples, series };
      this.#outbox.due();
    };
    const pause = async () => {
      report();
      if (ahead) await new Promise((resolve) => setImmediate(resolve));
      else await precedence.giveWay();
    };
    const budget = QueryBudget.ofShare(limits, clock, signal, pause);
    try {
      const reply = await answer(argument as never, { budget, table: this.#table });
      return { reply, missing: budget.missing };
    } finally {
      report();
    }
  }

  #take(): FromThread {
    const news = this.#table.takeNews();
    const message = {
      ...(news !== null && { news }),
      ...(this.#spent.length > 0 && { spent: this.#spent }),
      ...(this.#returns.length > 0 && { returns: this.#returns }),
      ...(this.#events.length > 0 && { events: this.#events }),
    };
    this.#spent = [];
    this.#returns = [];
    this.#events = [];
    return message;
  }
}
