/**
 * Knows how far each partition is durable, and wakes who waits for more. One for each source.
 *
 * The system tells of each change of the file (inotify); a slow look of our own covers file systems that do not tell,
 * and a fast one those where watching is refused. Nothing is looked at while nobody waits.
 */
import type { Clock } from '@tidemark/base';
import { type Files, isMissing, type OpenFile, type Watch } from '@tidemark/base/files';
import { POLL_MS, POLL_WITHOUT_EVENTS_MS } from '../limits.ts';
import { type DurableEnd, hasMorePartitions, readDurable } from './durable.ts';
import { durablePath, LogGrownError, type LogIdentity } from './layout.ts';

export class DurableFollower {
  readonly #file: OpenFile;
  readonly #identity: LogIdentity;
  readonly #clock: Clock;
  #watch: Watch | null = null;
  #pollMs = POLL_MS;
  /** Ends the wait for the next look of our own. */
  #polling: AbortController | null = null;
  #ends: readonly DurableEnd[];
  #waiters = new Set<() => void>();
  #hasGrown = false;

  private constructor(dir: string, identity: LogIdentity, { files, clock }: FollowOptions, file: OpenFile, ends: readonly DurableEnd[]) {
    this.#identity = identity;
    this.#clock = clock;
    this.#file = file;
    this.#ends = ends;
    try {
      this.#watch = files.watch(
        durablePath(dir),
        () => this.#look(),
        () => this.#stopWatching(),
      );
    } catch {
      this.#stopWatching();
    }
  }

  /** Null when the writer has not made the file yet, or is writing it: nothing else says where the log ends, and it is not at its beginning. */
  static async open(dir: string, identity: LogIdentity, options: FollowOptions): Promise<DurableFollower | null> {
    let file: OpenFile;
    try {
      file = await options.files.open(durablePath(dir), 'read');
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
    const ends = readDurable(file, identity.partitions, identity.salt);
    if (ends !== null) return new DurableFollower(dir, identity, options, file, ends);
    await file.close();
    return null;
  }

  /** Throws `LogGrownError` once the log has more partitions. */
  end(partition: number): DurableEnd {
    if (this.#hasGrown) throw new LogGrownError(this.#identity.partitions);
    return this.#ends[partition];
  }

  /** A look at the file now. Wakes everybody when there is news, whoever looked. */
  refresh(): void {
    const ends = readDurable(this.#file, this.#identity.partitions, this.#identity.salt);
    if (ends === null) {
      this.#hasGrown ||= hasMorePartitions(this.#file, this.#identity.partitions);
      if (this.#hasGrown) for (const wake of [...this.#waiters]) wake();
      return;
    }
    const isNews = ends.some((entry, i) => entry.end !== this.#ends[i].end);
    this.#ends = ends;
    if (isNews) for (const wake of [...this.#waiters]) wake();
  }

  /** Resolves when some partition has changed, or `signal` aborts. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const wake = () => {
        this.#waiters.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiters.add(wake);
      signal.addEventListener('abort', wake);
      if (this.#polling === null) void this.#poll();
    });
  }

  async close(): Promise<void> {
    this.#watch?.close();
    this.#polling?.abort();
    for (const wake of this.#waiters) wake();
    await this.#file.close();
  }

  #look(): void {
    if (this.#waiters.size > 0) this.refresh();
  }

  /** While somebody waits. */
  async #poll(): Promise<void> {
    const polling = new AbortController();
    this.#polling = polling;
    while (this.#waiters.size > 0 && !polling.signal.aborted) {
      await this.#clock.sleep(this.#pollMs, polling.signal);
      if (!polling.signal.aborted) this.#look();
    }
    this.#polling = null;
  }

  #stopWatching(): void {
    this.#watch?.close();
    this.#watch = null;
    this.#pollMs = POLL_WITHOUT_EVENTS_MS;
  }
}

interface FollowOptions {
  readonly files: Files;
  readonly clock: Clock;
}
