/**
 * Where blocks lie once they are no longer young: on a slower disk, in an object store, in an archive. A block is in one place at a time,
 * and the manifest says in which; until it says another, the block is where it was.
 */
import type { Millis } from '@tidemark/base';
import type { Block } from '../block/block.ts';
import type { BlockFiles } from '../block/block-files.ts';
import type { ArchiveState } from '../object-store/object-store.ts';

export interface Place {
  /** In the manifest, and in the configuration. */
  readonly name: string;
  /** For people. */
  readonly where: string;
  readonly age: PlaceAge;
  readonly traffic: PlaceTraffic;
  /** How blocks here are read. */
  readonly files: BlockFiles;
  pathOf(id: string): string;
  /** Before anything else: `named` are the blocks that the manifest says are here. Throws `PlaceMissingError`. */
  prepare(named: ReadonlySet<string>): Promise<void>;
  /** Blocks that may be here, as far as this machine knows: for when the manifest is lost. */
  known(): Promise<readonly string[]>;
  /** Blocks that are here as a whole, as the place says: for when this machine knows nothing. */
  found(): Promise<readonly string[]>;
  /** When it resolves all of the block is here, verified. It may be here already, brought by another worker. */
  take(block: Block, breathe: () => Promise<void>, signal: AbortSignal): Promise<void>;
  /** What is here of the block goes, whether that is all of it, nothing, or a part. */
  remove(id: string, signal: AbortSignal): Promise<void>;
  /** Has an archived block brought back for some days; says how it stood before. */
  restore(id: string, days: number): Promise<ArchiveState>;
  /** For another engine's folder `dir`: 'copied' into its blocks, or 'shared', with what it needs to read it here. */
  give(id: string, dir: string): Promise<'copied' | 'shared'>;
  close(): Promise<void>;
}

/** Blocks whose newest sample is older than this lie here. */
export interface PlaceAge {
  readonly afterMs: Millis;
  /** Where it differs, by resolution. */
  readonly tiers?: Readonly<Record<number, Millis>>;
}

/** Since the opening. */
export interface PlaceTraffic {
  /** Blocks, and their bytes, that were brought here. */
  movedBlocks: number;
  movedBytes: number;
  /** What was asked of the place for reading. */
  requests: number;
  readBytes: number;
  failures: number;
  /** Pages that were read: from the cache, or asked for. */
  cacheHits: number;
  cacheMisses: number;
}

export function noTraffic(): PlaceTraffic {
  return { movedBlocks: 0, movedBytes: 0, requests: 0, readBytes: 0, failures: 0, cacheHits: 0, cacheMisses: 0 };
}

/** The place is configured, but what the manifest says of it is not there: nothing may be written as if it were empty. */
export class PlaceMissingError extends Error {
  override readonly name = 'PlaceMissingError';
}
