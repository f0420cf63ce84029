import { CorruptionError } from '@tidemark/base';
import type { Files } from '@tidemark/base/files';
import type { RollupRecord } from '../rollup/sources.ts';
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
  /** By block of windows: what they were made from. */
  readonly rolled: Readonly<Record<string, RollupRecord>>;
  /** By block: the place where it lies, when that is not the engine's own folder. */
  readonly places: Readonly<Record<string, string>>;
  /** What may lie in a place, in part or as a whole, and is not live there: it is to be removed. */
  readonly strays: readonly Stray[];
}

export interface Stray {
  readonly block: string;
  readonly place: string;
}

export const EMPTY_MANIFEST: Manifest = { blocks: [], replayOffset: 0, replayFrom: {}, rolled: {}, places: {}, strays: [] };

const VERSION = 1;

export function writeManifest(files: Files, path: string, manifest: Manifest): Promise<void> {
  const { replayOffset, blocks, replayFrom, places, strays } = manifest;
  const rolled = Object.fromEntries(Object.entries(manifest.rolled).map(([id, record]) => [id, recordEntry(record)]));
  const hasRolled = Object.keys(rolled).length > 0;
  const hasPlaces = Object.keys(places).length + strays.length > 0;
  const entries = { replayOffset, blocks, replayFrom, ...(hasRolled && { rolled }), ...(hasPlaces && { places, strays }) };
  return writeChecksummedJson(files, path, VERSION, entries);
}

/** Empty when there is none yet. Rejects with `CorruptionError` when its copy is damaged as well, with `Error` when a newer version wrote it. */
export async function readManifest(files: Files, path: string, onDamage: (error: CorruptionError) => void): Promise<Manifest> {
  const parsed = await readChecksummedJson(files, path, VERSION, onDamage);
  if (parsed === null) return EMPTY_MANIFEST;
  const { blocks, replayOffset, replayFrom = {}, rolled = {}, places = {}, strays = [] } = parsed as ManifestFile;
  const sources = Object.values(rolled).flatMap((record) => record.sources);
  const ids = [...blocks, ...Object.keys(places), ...strays.map(({ block }) => block), ...sources.map(([id]) => id)];
  const numbers = [replayOffset, ...Object.values(replayFrom), ...sources.flatMap(([, fromMs, toMs]) => [fromMs, toMs])];
  if (!ids.every(isBlockId) || !numbers.every(Number.isSafeInteger))
    throw new CorruptionError({ file: path, offset: 0, reason: 'the manifest is not what its checksum says' });
  const records = Object.entries(rolled).map(([id, entry]) => [id, recordAt(entry)] as const);
  return { blocks, replayOffset, replayFrom, rolled: Object.fromEntries(records), places, strays };
}

/** What is not there is empty. */
interface ManifestFile extends Pick<Manifest, 'blocks' | 'replayOffset'>, Partial<Pick<Manifest, 'replayFrom' | 'places' | 'strays'>> {
  readonly rolled?: Readonly<Record<string, RecordEntry>>;
}

interface RecordEntry {
  readonly slowSeries: number;
  readonly sources: readonly (readonly [id: string, fromMs: number, toMs: number, thinned?: 'thinned'])[];
}

function recordEntry({ slowSeries, sources }: RollupRecord): RecordEntry {
  return {
    slowSeries,
    sources: sources.map(({ id, fromMs, toMs, isThinned }) => (isThinned ? [id, fromMs, toMs, 'thinned'] : [id, fromMs, toMs])),
  };
}

function recordAt({ slowSeries, sources }: RecordEntry): RollupRecord {
  return { slowSeries, sources: sources.map(([id, fromMs, toMs, thinned]) => ({ id, fromMs, toMs, isThinned: thinned !== undefined })) };
}
