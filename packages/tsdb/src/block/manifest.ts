import { CorruptionError } from '@tidemark/base';
import type { Files } from '@tidemark/base/files';
import type { TimeRange } from '../model/time-range.ts';
import type { Extent, RangesByWidth, RollupState } from '../rollup/rollup-state.ts';
import type { Thinned, Thinning } from '../rollup/thinned.ts';
import { isBlockId } from './block-id.ts';
import { readChecksummedJson, writeChecksummedJson } from './checksummed-json.ts';

/**
 * Which blocks are live, and from where the log gives back what is not in them. One file, replaced as a whole,
 * so that a block's appearance, and the log offset that goes with it, are one step; and a copy of it. See docs/format/manifest.md.
 */
export interface Manifest {
  readonly blocks: readonly string[];
  readonly replayOffset: number;
  /** By block: from where the log gives back what is in it, as far as the log still reaches. Unknown for some. */
  readonly replayFrom: Readonly<Record<string, number>>;
  /** By block: what it is about, for when it can no longer be read. */
  readonly extents: Readonly<Record<string, Extent>>;
  /** By tenant; null when it is not known. */
  readonly rollups: ReadonlyMap<string, RollupState> | null;
  /** By block: the place where it lies, when that is not the engine's own folder. */
  readonly places: Readonly<Record<string, string>>;
  /** What may lie in a place, in part or as a whole, and is not live there: it is to be removed. */
  readonly strays: readonly Stray[];
}

export interface Stray {
  readonly block: string;
  readonly place: string;
}

export const EMPTY_MANIFEST: Manifest = { blocks: [], replayOffset: 0, replayFrom: {}, extents: {}, rollups: null, places: {}, strays: [] };

const VERSION = 1;

export function writeManifest(files: Files, path: string, manifest: Manifest): Promise<void> {
  const { replayOffset, blocks, replayFrom, places, strays, extents, rollups } = manifest;
  const hasExtents = Object.keys(extents).length > 0;
  const hasPlaces = Object.keys(places).length + strays.length > 0;
  const parts: Partial<ManifestFile> = {
    ...(hasExtents && { extents: mapped(extents, extentEntry) }),
    ...(rollups !== null && { rollups: Array.from(rollups, ([tenant, state]) => ({ tenant, ...stateEntry(state) })) }),
    ...(hasPlaces && { places, strays }),
  };
  return writeChecksummedJson(files, path, VERSION, { replayOffset, blocks, replayFrom, ...parts });
}

/** Empty when there is none yet. Rejects with `CorruptionError` when its copy is damaged as well, with `Error` when a newer version wrote it. */
export async function readManifest(files: Files, path: string, onDamage: (error: CorruptionError) => void): Promise<Manifest> {
  const parsed = await readChecksummedJson(files, path, VERSION, onDamage);
  if (parsed === null) return EMPTY_MANIFEST;
  const { blocks, replayOffset, replayFrom = {}, extents = {}, rollups, places = {}, strays = [] } = parsed as ManifestFile;
  const ids = [...blocks, ...Object.keys(places), ...Object.keys(extents), ...strays.map(({ block }) => block)];
  const ofExtents = Object.values(extents).flatMap(([, ...numbers]) => numbers);
  const numbers = [replayOffset, ...Object.values(replayFrom), ...ofExtents, ...(rollups ?? []).flatMap(numbersOf)];
  if (!ids.every(isBlockId) || !numbers.every(Number.isSafeInteger))
    throw new CorruptionError({ file: path, offset: 0, reason: 'the manifest is not what its checksum says' });
  const states = rollups && new Map(rollups.map(({ tenant, ...state }) => [tenant, stateAt(state)]));
  return { blocks, replayOffset, replayFrom, extents: mapped(extents, extentAt), rollups: states ?? null, places, strays };
}

/** What is not there is empty. */
interface ManifestFile extends Pick<Manifest, 'blocks' | 'replayOffset'>, Partial<Pick<Manifest, 'replayFrom' | 'places' | 'strays'>> {
  readonly extents?: Readonly<Record<string, ExtentEntry>>;
  readonly rollups?: readonly ({ readonly tenant: string } & StateEntry)[];
}

type ExtentEntry = readonly [tenant: string, resolutionMs: number, windowMs: number, fromMs: number, toMs: number];

function extentEntry({ tenant, resolutionMs, windowMs, fromMs, toMs }: Extent): ExtentEntry {
  return [tenant, resolutionMs, windowMs, fromMs, toMs];
}

function extentAt([tenant, resolutionMs, windowMs, fromMs, toMs]: ExtentEntry): Extent {
  return { tenant, resolutionMs, windowMs, fromMs, toMs };
}

type Pair = readonly [fromMs: number, toMs: number];

interface StateEntry {
  readonly due: Readonly<Record<number, readonly Pair[]>>;
  readonly gone: Readonly<Record<number, readonly Pair[]>>;
  /** In manifests before it was written, too, none. */
  readonly thinned?: readonly (Thinning & { readonly ranges: readonly Pair[] })[];
  readonly made: Readonly<Record<number, readonly Pair[]>>;
  readonly slow: readonly Pair[];
}

function stateEntry({ due, gone, thinned, made, slow }: RollupState): StateEntry {
  const pairs = (ranges: readonly TimeRange[]) => ranges.map(({ fromMs, toMs }): Pair => [fromMs, toMs]);
  const byWidth = (all: RangesByWidth) => mapped(all, pairs);
  const some = thinned.length > 0 && { thinned: thinned.map((each) => ({ ...each, ranges: pairs(each.ranges) })) };
  return { due: byWidth(due), gone: byWidth(gone), ...some, made: byWidth(made), slow: pairs(slow) };
}

function stateAt({ due, gone, thinned = [], made, slow }: StateEntry): RollupState {
  const ranges = (pairs: readonly Pair[]) => pairs.map(([fromMs, toMs]): TimeRange => ({ fromMs, toMs }));
  const byWidth = (all: Readonly<Record<number, readonly Pair[]>>) => mapped(all, ranges);
  const some = thinned.map((each): Thinned => ({ ...each, ranges: ranges(each.ranges) }));
  return { due: byWidth(due), gone: byWidth(gone), thinned: some, made: byWidth(made), slow: ranges(slow) };
}

function numbersOf({ due, gone, thinned = [], made, slow }: StateEntry): number[] {
  const lists = [due, gone, made].flatMap((all) => Object.entries(all).map(([width, pairs]) => [Number(width), ...pairs.flat()]));
  return [...lists.flat(), ...thinned.flatMap(({ ranges }) => ranges.flat()), ...slow.flat()];
}

function mapped<K extends string | number, A, B>(all: Readonly<Record<K, A>>, change: (each: A) => B): Record<K, B> {
  return Object.fromEntries(Object.entries<A>(all).map(([key, each]) => [key, change(each)])) as Record<K, B>;
}
