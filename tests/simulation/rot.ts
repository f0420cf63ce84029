import { crc32c } from '@tidemark/base';
import { TEMPORARY_SUFFIX } from '@tidemark/base/files';
import type { SimulatedDisk, Simulation } from '@tidemark/base/simulation';
import { recordAt } from './record-head.ts';
import type { SentSamples } from './sent-samples.ts';
import { ENGINE_FOLDER, LOG_FOLDER } from './setting.ts';

/** Files that are there twice. */
const TWINS = new RegExp(`^${ENGINE_FOLDER}/(MANIFEST|TOMBSTONES)(\\.copy)?$`);

interface LiveBlock {
  readonly id: string;
  readonly tenant: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * A bit of one file turns, and the oracle is told what that may cost: a record, a block, what deletions say, or nothing.
 * `blocks` are known while the worker runs; without it, blocks are left alone. False when there was nothing to damage.
 */
export function rot(disk: SimulatedDisk, simulation: Simulation, sent: SentSamples, blocks: readonly LiveBlock[] | null): boolean {
  const { random } = simulation;
  const block = (path: string) => blocks?.find(({ id }) => path.endsWith(`/${id}.block`));
  const candidates = disk.files().filter(({ path, node }) => {
    if (node.length === 0 || path.startsWith(`${LOG_FOLDER}/log.json`)) return false; // Without its identity a log is refused, with words.
    if (path.endsWith(TEMPORARY_SUFFIX)) return false; // What is being written may become a block that nobody knows to be damaged.
    return path.endsWith('.block') && !path.includes('/quarantine/') ? block(path) !== undefined : !path.includes('/quarantine/');
  });
  if (candidates.length === 0) return false;
  const { path, node } = random.pick(candidates);
  const at = random.int(0, node.length);
  const record = path.endsWith('.seg') ? recordAt(node.all(), at) : null;
  const live = block(path);
  // The end of a log cannot be told from one that was torn by a crash: it is cut, and nobody says so.
  if (record !== null && record >= sent.lastOffset) return false;
  if (record !== null) sent.damageRecord(record);
  if (live !== undefined) sent.damageBlock(live.tenant, live);
  // Without the manifest the log is read from its beginning, and deletions that were carried out are not known any more. A copy has it all.
  if (TWINS.test(path) && !isWhole(disk, twinOf(path))) sent.forgetDeletions();
  simulation.note(`byte ${at} of ${path}${record === null ? '' : `, in record ${record},`} rots`);
  node.flipBit(at, random.int(0, 8));
  return true;
}

function twinOf(path: string): string {
  return path.endsWith('.copy') ? path.slice(0, -'.copy'.length) : `${path}.copy`;
}

function isWhole(disk: SimulatedDisk, path: string): boolean {
  const text = Buffer.from(
    disk
      .files()
      .find((file) => file.path === path)
      ?.node.all() ?? [],
  ).toString();
  const body = text.slice(0, text.lastIndexOf('crc32c '));
  return text !== '' && text === `${body}crc32c ${crc32c(Buffer.from(body)).toString(16).padStart(8, '0')}\n`;
}
