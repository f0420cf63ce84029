import { assert, type Clock, type Millis } from '@tidemark/base';
import { type Files, nodeFiles } from '@tidemark/base/files';
import type { LogExtent, LogReader, LogSource, Offset } from '../log.ts';
import { DurableFollower } from './durable-follower.ts';
import { type LogIdentity, listSegments, readIdentity } from './layout.ts';
import { FileLogReader } from './reader.ts';

export interface FileLogSourceOptions {
  readonly dir: string;
  readonly clock: Clock;
  /** Ends the wait for a log that has not been made yet: then the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly files?: Files;
}

/** May be opened before a writer has made the log: waits for it. */
export async function openFileLogSource({ dir, clock, signal, files = nodeFiles }: FileLogSourceOptions): Promise<LogSource> {
  for (;;) {
    signal?.throwIfAborted();
    const identity = await readIdentity(files, dir);
    const durable = identity && (await DurableFollower.open(dir, identity, { files, clock }));
    if (identity && durable) return new FileLogSource(files, dir, identity, durable);
    await clock.sleep(LOOK_AGAIN_MS, signal);
  }
}

const LOOK_AGAIN_MS = 50;

class FileLogSource implements LogSource {
  readonly #files: Files;
  readonly #dir: string;
  readonly #identity: LogIdentity;
  readonly #durable: DurableFollower;
  readonly #readers: FileLogReader[] = [];

  constructor(files: Files, dir: string, identity: LogIdentity, durable: DurableFollower) {
    this.#files = files;
    this.#dir = dir;
    this.#identity = identity;
    this.#durable = durable;
  }

  get partitions(): number {
    return this.#identity.partitions;
  }

  get grownAtMs(): Millis | null {
    return this.#identity.grownAtMs;
  }

  async extent(partition: number): Promise<LogExtent> {
    this.#durable.refresh();
    const { end } = this.#durable.end(partition);
    const [first] = await listSegments(this.#files, this.#dir, partition);
    return { first: Math.min(first ?? end, end), end };
  }

  reader(partition: number, from: Offset): LogReader {
    assert(partition >= 0 && partition < this.partitions, `partition ${partition} of ${this.partitions}`);
    const reader = new FileLogReader(this.#files, this.#dir, partition, this.#identity.salt, this.#durable, from);
    this.#readers.push(reader);
    return reader;
  }

  async close(): Promise<void> {
    await this.#durable.close();
    for (const reader of this.#readers) await reader.close();
  }
}
