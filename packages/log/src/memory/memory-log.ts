/**
 * The log's port in memory, for tests and simulations. What was appended outlives its writers and sources, as on disk.
 */
import { assert, type Clock, type Millis } from '@tidemark/base';
import { QUEUE_BYTES_MAX, READ_BYTES, RETRY_AFTER_MS } from '../limits.ts';
import type { AppendResult, LogEntry, LogReader, LogSource, LogWriter, Offset, ReadResult } from '../log.ts';

export interface MemoryLogOptions {
  readonly partitions: number;
  readonly clock: Clock;
  readonly retention?: { readonly ageMs: number; readonly bytes: number };
  readonly queueBytesMax?: number;
}

interface Held {
  readonly bytes: Uint8Array;
  readonly timeMs: Millis;
}

interface Partition {
  first: Offset;
  readonly records: Held[];
}

export class MemoryLog {
  readonly partitions: Partition[];
  #grownAtMs: Millis | null = null;
  readonly options: MemoryLogOptions;
  readonly #waiters = new Set<() => void>();

  constructor(options: MemoryLogOptions) {
    this.options = options;
    this.partitions = Array.from({ length: options.partitions }, emptyPartition);
  }

  /** Writers and sources that are open keep to the partitions that there were. */
  grow(partitions: number): void {
    while (this.partitions.length < partitions) this.partitions.push(emptyPartition());
    this.#grownAtMs = this.options.clock.now();
  }

  writer(): LogWriter {
    return new MemoryWriter(this);
  }

  source(): LogSource {
    return {
      partitions: this.partitions.length,
      grownAtMs: this.#grownAtMs,
      extent: async (partition) => ({ first: this.partitions[partition].first, end: this.end(partition) }),
      reader: (partition, from) => new MemoryReader(this, partition, from),
      close: async () => undefined,
    };
  }

  end(partition: number): Offset {
    const { first, records } = this.partitions[partition];
    return first + records.length;
  }

  add(partition: number, bytes: Uint8Array): Offset {
    const offset = this.end(partition);
    this.partitions[partition].records.push({ bytes, timeMs: this.options.clock.now() });
    this.#applyRetention();
    for (const wake of [...this.#waiters]) wake();
    return offset;
  }

  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiters.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiters.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  #applyRetention(): void {
    const { retention, clock } = this.options;
    if (retention === undefined) return;
    let bytes = this.partitions.reduce((sum, { records }) => sum + records.reduce((inner, record) => inner + record.bytes.length, 0), 0);
    for (const partition of this.partitions) {
      const { records } = partition;
      while (records.length > 1 && (records[0].timeMs <= clock.now() - retention.ageMs || bytes > retention.bytes)) {
        bytes -= (records.shift() as Held).bytes.length;
        partition.first++;
      }
    }
  }
}

function emptyPartition(): Partition {
  return { first: 0, records: [] };
}

class MemoryWriter implements LogWriter {
  readonly partitions: number;
  readonly #log: MemoryLog;
  #queueBytes = 0;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(log: MemoryLog) {
    this.#log = log;
    this.partitions = log.partitions.length;
  }

  async append(partition: number, record: Uint8Array): Promise<AppendResult> {
    assert(partition >= 0 && partition < this.partitions, `partition ${partition} of ${this.partitions}`);
    if (this.#isClosed) return { kind: 'refused', reason: 'the log is closed', retryAfterMs: RETRY_AFTER_MS };
    if (this.#queueBytes + record.length > (this.#log.options.queueBytesMax ?? QUEUE_BYTES_MAX)) {
      return { kind: 'refused', reason: "the log's queue is full", retryAfterMs: RETRY_AFTER_MS };
    }
    this.#queueBytes += record.length;
    const done = this.#last.then((): AppendResult => {
      this.#queueBytes -= record.length;
      return { kind: 'appended', offset: this.#log.add(partition, record.slice()) };
    });
    this.#last = done;
    return done;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
  }
}

class MemoryReader implements LogReader {
  readonly #log: MemoryLog;
  readonly #partition: number;
  #position: Offset;

  constructor(log: MemoryLog, partition: number, from: Offset) {
    this.#log = log;
    this.#partition = partition;
    this.#position = from;
  }

  get position(): Offset {
    return this.#position;
  }

  async read(signal: AbortSignal): Promise<ReadResult> {
    const { first, records } = this.#log.partitions[this.#partition];
    while (this.#position >= this.#log.end(this.#partition) && !signal.aborted) await this.#log.changed(signal);
    if (signal.aborted) return { entries: [], end: this.#log.end(this.#partition) };
    this.#position = Math.max(this.#position, this.#log.partitions[this.#partition].first, first);
    const entries: LogEntry[] = [];
    let bytes = 0;
    while (this.#position < this.#log.end(this.#partition) && bytes < READ_BYTES) {
      const record = records[this.#position - this.#log.partitions[this.#partition].first].bytes;
      entries.push({ kind: 'record', offset: this.#position++, bytes: record });
      bytes += record.length;
    }
    return { entries, end: this.#log.end(this.#partition) };
  }

  async close(): Promise<void> {}
}
