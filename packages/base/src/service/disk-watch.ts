import { statfs } from 'node:fs/promises';
import { assert } from '../assert.ts';
import type { Clock } from '../clock.ts';
import type { Service } from './service.ts';

/**
 * Looks how much of a disk is free, so that whoever fills it stops before it is full, and goes on when there is room again.
 *
 *   enough ──less than the floor is free──▶ low ──a tenth more than the floor is free──▶ enough
 */
export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

export interface DiskWatchOptions {
  /** A folder on the disk. */
  readonly path: string;
  /** What the folder holds, for the words of `low`. */
  readonly holds: string;
  /** 0 never says low. */
  readonly floorBytes: number | 'default';
  readonly clock: Clock;
  readonly measure?: (path: string) => Promise<DiskSpace>;
}

const MIB = 2 ** 20;

/** A disk fills by some hundred MiB a second at most: the floor holds for longer than this. */
export const DISK_LOOK_EVERY_MS = 1_000;

/** What merging and the log's segments need for some seconds on a large disk. A laptop with 2 GiB free goes on. */
const DEFAULT_FLOOR_BYTES_MAX = 1024 * MIB;
/** Room for the log's current segment, and for the file that says what was deleted last. */
const DEFAULT_FLOOR_BYTES_MIN = 128 * MIB;
const DEFAULT_FLOOR_PART = 0.02;

assert(DEFAULT_FLOOR_BYTES_MIN < DEFAULT_FLOOR_BYTES_MAX, 'the floor has a range');

export class DiskWatch implements Service {
  readonly name: string;
  readonly #options: DiskWatchOptions;
  readonly #measure: (path: string) => Promise<DiskSpace>;
  readonly #stop = new AbortController();
  #space: DiskSpace;
  #low: string | null = null;

  private constructor(options: DiskWatchOptions, measure: (path: string) => Promise<DiskSpace>, space: DiskSpace) {
    this.name = `disk of the ${options.holds}`;
    this.#options = options;
    this.#measure = measure;
    this.#space = space;
    this.#see(space);
  }

  static async open(options: DiskWatchOptions): Promise<DiskWatch> {
    const measure = options.measure ?? measureDisk;
    return new DiskWatch(options, measure, await measure(options.path));
  }

  /** Null while there is enough; otherwise what is wrong and what to do, in words. */
  get low(): string | null {
    return this.#low;
  }

  get freeBytes(): number {
    return this.#space.freeBytes;
  }

  get floorBytes(): number {
    const { floorBytes } = this.#options;
    if (floorBytes !== 'default') return floorBytes;
    return Math.min(Math.max(this.#space.totalBytes * DEFAULT_FLOOR_PART, DEFAULT_FLOOR_BYTES_MIN), DEFAULT_FLOOR_BYTES_MAX);
  }

  async run(signal: AbortSignal): Promise<void> {
    const ended = AbortSignal.any([signal, this.#stop.signal]);
    while (!ended.aborted) {
      await this.#options.clock.sleep(DISK_LOOK_EVERY_MS, ended);
      // A disk that does not answer is left to those who write to it.
      const space = await this.#measure(this.#options.path).catch(() => null);
      if (space !== null) this.#see(space);
    }
  }

  async drain(): Promise<void> {
    this.#stop.abort();
  }

  #see(space: DiskSpace): void {
    this.#space = space;
    const floor = this.floorBytes;
    const enough = this.#low === null ? floor : floor * 1.1;
    const { path, holds } = this.#options;
    this.#low =
      space.freeBytes >= enough
        ? null
        : `the disk that holds the ${holds}, ${path}, has ${mib(space.freeBytes)} MiB free, below the floor of ${mib(floor)} MiB: free space on it`;
  }
}

function mib(bytes: number): string {
  return Math.floor(bytes / MIB).toLocaleString('en-US');
}

async function measureDisk(path: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(path);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
