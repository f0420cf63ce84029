/**
 * Knows how far each partition is durable, and wakes who waits for more. One for each source.
 *
 * The system tells of each change of the file (inotify); a slow look of our own covers file systems that do not tell,
 * and a fast one those where watching is refused. Nothing is looked at while nobody waits.
 */
import { closeSync, type FSWatcher, openSync } from 'node:fs';
import { POLL_MS, POLL_WITHOUT_EVENTS_MS } from '../limits.ts';
import { type DurableEnd, readDurable } from './durable.ts';
import { durablePath, type LogIdentity } from './layout.ts';

/** As `watch` of `node:fs`: throws where the system has no watches left. */
export type WatchFile = (path: string, onChange: () => void) => FSWatcher;

export class DurableFollower {
  readonly #fd: number;
  readonly #identity: LogIdentity;
  #watcher: FSWatcher | null = null;
  #pollMs = POLL_MS;
  #timer: NodeJS.Timeout | null = null;
  #ends: readonly DurableEnd[];
  #waiters = new Set<() => void>();

  private constructor(dir: string, identity: LogIdentity, watch: WatchFile, fd: number) {
    this.#identity = identity;
    this.#fd = fd;
    this.#ends = readDurable(this.#fd, identity.partitions, identity.salt) ?? nothingDurable(identity.partitions);
    try {
      this.#watcher = watch(durablePath(dir), () => this.#look());
      this.#watcher.on('error', () => this.#stopWatching());
    } catch {
      this.#stopWatching();
    }
  }

  /** Null when the writer has not made the file yet. */
  static open(dir: string, identity: LogIdentity, watch: WatchFile): DurableFollower | null {
    try {
      return new DurableFollower(dir, identity, watch, openSync(durablePath(dir), 'r'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  end(partition: number): DurableEnd {
    return this.#ends[partition];
  }

  /** A look at the file now. Wakes everybody when there is news, whoever looked. */
  refresh(): void {
    const ends = readDurable(this.#fd, this.#identity.partitions, this.#identity.salt);
    if (ends === null) return;
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
      this.#timer ??= setTimeout(() => this.#poll(), this.#pollMs);
    });
  }

  close(): void {
    this.#watcher?.close();
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const wake of this.#waiters) wake();
    closeSync(this.#fd);
  }

  #look(): void {
    if (this.#waiters.size > 0) this.refresh();
  }

  #poll(): void {
    this.#timer = null;
    this.#look();
    if (this.#waiters.size > 0) this.#timer = setTimeout(() => this.#poll(), this.#pollMs);
  }

  #stopWatching(): void {
    this.#watcher?.close();
    this.#watcher = null;
    this.#pollMs = POLL_WITHOUT_EVENTS_MS;
  }
}

/** Until a writer has renewed the file, nothing is vouched for. */
function nothingDurable(partitions: number): DurableEnd[] {
  return Array.from({ length: partitions }, () => ({ segment: 0, bytes: 0, end: 0 }));
}
