import { glob, readFile, stat } from 'node:fs/promises';
import { parse as parseYaml } from 'yaml';
import type { TargetGroup } from '../prometheus-config/job.ts';
import { FILE_POLL_MS } from '../scrape/limits.ts';
import type { DiscoveryPorts } from './discover.ts';
import { type GroupsResult, readGroups } from './groups.ts';

interface KnownFile {
  /** What a stat shows; read again when it changes. */
  readonly version: string;
  readonly groups: readonly TargetGroup[];
}

/** Follows JSON and YAML files by their patterns. A broken file keeps its last good groups; a removed one loses them. */
export async function followFiles(
  patterns: readonly string[],
  { clock, warn }: DiscoveryPorts,
  update: (groups: readonly TargetGroup[]) => void,
  signal: AbortSignal,
): Promise<void> {
  let known: ReadonlyMap<string, KnownFile> = new Map();
  for (let first = true; !signal.aborted; first = false) {
    const now = new Map<string, KnownFile>();
    for (const path of await matching(patterns)) {
      const file = await readChanged(path, known.get(path), warn);
      if (file !== null) now.set(path, file);
    }
    const changed = now.size !== known.size || [...now].some(([path, file]) => known.get(path) !== file);
    known = now;
    if (first || changed) update([...now.values()].flatMap((file) => file.groups));
    await clock.sleep(FILE_POLL_MS, signal);
  }
}

async function matching(patterns: readonly string[]): Promise<string[]> {
  const paths = new Set<string>();
  for (const pattern of patterns) for await (const path of glob(pattern)) paths.add(path);
  return [...paths].sort();
}

async function readChanged(path: string, known: KnownFile | undefined, warn: (message: string) => void): Promise<KnownFile | null> {
  let version: string;
  let text: string;
  try {
    const { mtimeMs, size, ino } = await stat(path);
    version = `${mtimeMs} ${size} ${ino}`;
    if (known?.version === version) return known;
    text = await readFile(path, 'utf8');
  } catch {
    return null; // Gone between the listing and the reading.
  }
  const result = parseGroups(path, text);
  if (result.kind === 'groups') return { version, groups: result.groups };
  warn(`${path}: ${result.reason}; its last good targets stay in use`);
  return { version, groups: known?.groups ?? [] };
}

function parseGroups(path: string, text: string): GroupsResult {
  try {
    const value: unknown = /\.json$/i.test(path) ? JSON.parse(text) : parseYaml(text, { schema: 'failsafe', merge: true });
    return readGroups(value === '' ? [] : value, { __meta_filepath: path });
  } catch (error) {
    return { kind: 'invalid', reason: (error as Error).message };
  }
}
