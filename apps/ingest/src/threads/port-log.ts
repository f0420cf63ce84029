/**
 * The log of another thread: records go to the one writer by a message port, transferred, not copied. What is appended in one turn
 * goes in one message, and what one commit made durable comes back in one.
 */
import { assert, release } from '@tidemark/base';
import type { AppendResult, LogWriter } from '@tidemark/log';
import { RETRY_AFTER_MS } from '../limits.ts';
import type { FromThread, ToThread } from './messages.ts';

type AppendMessage = FromThread & { readonly kind: 'append' };
type AppendedMessage = ToThread & { readonly kind: 'appended' };

/** The side that has records. */
export class PortLog implements LogWriter {
  readonly partitions: number;
  readonly #post: (message: AppendMessage, transfer: ArrayBuffer[]) => void;
  readonly #settles = new Map<number, (result: AppendResult) => void>();
  #records: { id: number; partition: number; bytes: Uint8Array }[] = [];
  #nextId = 0;
  #idle: (() => void) | null = null;
  #isClosed = false;

  constructor(partitions: number, post: (message: AppendMessage, transfer: ArrayBuffer[]) => void) {
    this.partitions = partitions;
    this.#post = post;
  }

  /** Takes the record's memory where it is the record's alone: it is empty afterwards. */
  append(partition: number, bytes: Uint8Array): Promise<AppendResult> {
    assert(partition >= 0 && partition < this.partitions, `partition ${partition} of ${this.partitions}`);
    if (this.#isClosed) return Promise.resolve({ kind: 'refused', reason: 'the log is closed', retryAfterMs: RETRY_AFTER_MS });
    return new Promise((settle) => {
      const id = this.#nextId++;
      this.#settles.set(id, settle);
      // A part of a larger memory would take all of it along.
      this.#records.push({ id, partition, bytes: bytes.length === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes) });
      if (this.#records.length === 1) queueMicrotask(() => this.#send());
    });
  }

  /** Answers of the other side. */
  appended({ results }: AppendedMessage): void {
    for (const { id, result } of results) {
      this.#settles.get(id)?.(result);
      this.#settles.delete(id);
    }
    if (this.#settles.size === 0) this.#idle?.();
  }

  /** Waits for what was appended. The log itself is the other thread's to close. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#settles.size > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
  }

  #send(): void {
    const records = this.#records;
    this.#records = [];
    this.#post(
      { kind: 'append', records },
      records.map(({ bytes }) => bytes.buffer as ArrayBuffer),
    );
  }
}

/** The side that has the log: appends what came, and answers. */
export class PortLogServer {
  readonly #log: LogWriter;
  readonly #post: (message: AppendedMessage) => void;
  #results: { id: number; result: AppendResult }[] = [];

  constructor(log: LogWriter, post: (message: AppendedMessage) => void) {
    this.#log = log;
    this.#post = post;
  }

  append({ records }: AppendMessage): void {
    for (const { id, partition, bytes } of records) void this.#append(id, partition, bytes);
  }

  async #append(id: number, partition: number, bytes: Uint8Array): Promise<void> {
    const result = await this.#log.append(partition, bytes);
    release(bytes);
    this.#results.push({ id, result });
    if (this.#results.length === 1) setImmediate(() => this.#send());
  }

  #send(): void {
    const results = this.#results;
    this.#results = [];
    this.#post({ kind: 'appended', results });
  }
}
