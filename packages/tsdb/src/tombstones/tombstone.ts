import { CorruptionError } from '@tidemark/base';
import type { Files } from '@tidemark/base/files';
import { isBlockId } from '../block/block-id.ts';
import { readChecksummedJson, writeChecksummedJson } from '../block/checksummed-json.ts';
import { Matcher, type MatchOperator } from '../model/matcher.ts';
import type { TimeRange } from '../model/time-range.ts';

/** Samples to be deleted: of the series for which all matchers of any selector hold. */
export interface Deletion {
  readonly tenant: string;
  readonly selectors: readonly (readonly Matcher[])[];
  readonly range: TimeRange;
}

/**
 * A deletion that has been made, and what it holds for:
 * blocks with a lesser id (their samples are older than it), and records of the log before its offset.
 */
export interface Tombstone extends Deletion {
  readonly id: string;
  readonly logOffset: number;
}

const VERSION = 1;

/** The file is drawn in docs/format/tombstones.md. */
export function writeTombstones(files: Files, path: string, tombstones: readonly Tombstone[]): Promise<void> {
  const entries = tombstones.map(({ id, tenant, selectors, range, logOffset }) => ({
    id,
    tenant,
    fromMs: range.fromMs,
    toMs: range.toMs,
    logOffset,
    selectors: selectors.map((matchers) => matchers.map(({ name, operator, value }) => [name, operator, value])),
  }));
  return writeChecksummedJson(files, path, VERSION, { tombstones: entries });
}

/** None when there is no file. Rejects with `CorruptionError` on damage, with `Error` when a newer version wrote it. */
export async function readTombstones(files: Files, path: string, onDamage: (error: CorruptionError) => void): Promise<Tombstone[]> {
  const parsed = (await readChecksummedJson(files, path, VERSION, onDamage)) as { tombstones: Entry[] } | null;
  if (parsed === null) return [];
  try {
    return parsed.tombstones.map(({ id, tenant, fromMs, toMs, logOffset, selectors }) => {
      if (!isBlockId(id) || ![fromMs, toMs, logOffset].every(Number.isSafeInteger)) throw new SyntaxError('an entry has no sense');
      return { id, tenant, range: { fromMs, toMs }, logOffset, selectors: selectors.map((matchers) => matchers.map(matcherOf)) };
    });
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    throw new CorruptionError({ file: path, offset: 0, reason: `the tombstones are not what their checksum says: ${error.message}` });
  }
}

interface Entry {
  readonly id: string;
  readonly tenant: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly logOffset: number;
  readonly selectors: readonly (readonly (readonly string[])[])[];
}

function matcherOf([name, operator, value]: readonly string[]): Matcher {
  return new Matcher(name, operator as MatchOperator, value);
}
