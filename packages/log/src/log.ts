import type { CorruptionError, Millis } from '@tidemark/base';

/**
 * The log: every sample's one way in, and the only write-ahead log there is.
 *
 * A log has partitions, which may be added while nobody has it open; a partition is a sequence of records, each at its offset
 * (0, 1, 2 …). Records are few and large, one for each ingest batch and partition. Producers choose the
 * partition; consumers keep their own position. An adapter promises no more than Kafka does: a record may
 * appear twice after an error, never out of order within one producer's stream, and old ones are dropped by age or size.
 */
export type Offset = number;

export interface LogWriter {
  readonly partitions: number;
  /**
   * Resolves when the record is durable. Appends to one partition become durable in the order of the calls.
   * `record` must not change until then.
   * Rejects never for want of space or a slow disk: that is a refusal, and the caller answers 429 or 503.
   */
  append(partition: number, record: Uint8Array): Promise<AppendResult>;
  /** Waits for what was accepted, then frees the log. */
  close(): Promise<void>;
}

export type AppendResult =
  | { readonly kind: 'appended'; readonly offset: Offset }
  /** Not written: the queue is full or the disk is; nothing of this record will appear. */
  | { readonly kind: 'refused'; readonly reason: string; readonly retryAfterMs: number };

export interface LogSource {
  readonly partitions: number;
  /** When partitions were added the last time, by the writer's clock: what was accepted before lies where fewer of them put it. */
  readonly grownAtMs: Millis | null;
  /** The records that are held: from `first` up to, not including, `end`. */
  extent(partition: number): Promise<LogExtent>;
  /**
   * Follows a partition from `from`, which may lie before `first` (dropped records are skipped) but not past `end`.
   * The reader sees a record within 10 ms of its becoming durable, also across processes.
   */
  reader(partition: number, from: Offset): LogReader;
  /** Closes its readers too; none may be waiting in `read`. */
  close(): Promise<void>;
}

export interface LogExtent {
  readonly first: Offset;
  readonly end: Offset;
}

export interface LogReader {
  /** The offset of the next record that `read` will return. */
  readonly position: Offset;
  /** The records from `position` on, at least one: waits for it. Empty only once `signal` has aborted. Their bytes are valid until the next call. */
  read(signal: AbortSignal): Promise<ReadResult>;
  close(): Promise<void>;
}

export interface ReadResult {
  readonly entries: readonly LogEntry[];
  /** The end of the partition when this was read: the reader has caught up when its position is here. */
  readonly end: Offset;
}

export type LogEntry =
  | { readonly kind: 'record'; readonly offset: Offset; readonly bytes: Uint8Array }
  /** One or more records from `offset` on that cannot be read; the next entry goes on behind them. */
  | { readonly kind: 'damage'; readonly offset: Offset; readonly error: CorruptionError };
