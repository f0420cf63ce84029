import { type Family, gauge, type Reading, reading } from './reading.ts';
import type { HostSource } from './source.ts';

const LABELS = ['device', 'mountpoint', 'fstype'];
const SIZE = gauge('node_filesystem_size_bytes', 'Filesystem size in bytes.', ...LABELS);
const FREE = gauge('node_filesystem_free_bytes', 'Filesystem free space in bytes.', ...LABELS);
const AVAILABLE = gauge('node_filesystem_avail_bytes', 'Filesystem space available to non-root users in bytes.', ...LABELS);
const FILES = gauge('node_filesystem_files', 'Filesystem total file nodes.', ...LABELS);
const FILES_FREE = gauge('node_filesystem_files_free', 'Filesystem total free file nodes.', ...LABELS);
const READ_ONLY = gauge('node_filesystem_readonly', 'Filesystem read-only status.', ...LABELS);
const ERROR = gauge('node_filesystem_device_error', 'Whether an error occurred while getting statistics for the given device.', ...LABELS);

export interface Mount {
  readonly device: string;
  readonly mountpoint: string;
  readonly fstype: string;
  readonly readOnly: boolean;
}

/** What node_exporter leaves out: what is no storage, and what containers bring along. */
const IGNORED_MOUNTS = /^\/(dev|proc|run\/credentials\/.+|sys|var\/lib\/docker\/.+|var\/lib\/containers\/storage\/.+)($|\/)/;
const IGNORED_TYPES = new Set(
  (
    'autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs fusectl hugetlbfs iso9660 mqueue nsfs overlay proc ' +
    'procfs pstore rpc_pipefs securityfs selinuxfs squashfs sysfs tracefs'
  ).split(' '),
);

/** /proc/self/mountinfo. The root is always there, also as the overlay of a container. */
export function parseMounts(text: string): Mount[] {
  const mounts = new Map<string, Mount>();
  for (const line of text.split('\n')) {
    const [before, after] = line.split(' - ', 2);
    if (after === undefined) continue;
    const [, , , , mountpoint, options] = before.split(' ').map(unescaped);
    const [fstype, device] = after.split(' ').map(unescaped);
    if (mountpoint !== '/' && (IGNORED_MOUNTS.test(mountpoint) || IGNORED_TYPES.has(fstype))) continue;
    const superOptions = after.split(' ')[2] ?? '';
    const readOnly = [...options.split(','), ...superOptions.split(',')].includes('ro');
    mounts.set(`${device} ${mountpoint}`, { device, mountpoint, fstype, readOnly });
  }
  return [...mounts.values()];
}

/** Blanks and the like are written as `\040`. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

export interface FileSystemUsage {
  readonly bsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
}

/** `usage` is null when the file system did not answer. */
export function describeMount(mount: Mount, usage: FileSystemUsage | null): Reading[] {
  const of = (family: Family, value: number) => reading(family, value, mount.device, mount.mountpoint, mount.fstype);
  if (usage === null) return [of(ERROR, 1)];
  return [
    of(SIZE, usage.blocks * usage.bsize),
    of(FREE, usage.bfree * usage.bsize),
    of(AVAILABLE, usage.bavail * usage.bsize),
    of(FILES, usage.files),
    of(FILES_FREE, usage.ffree),
    of(READ_ONLY, mount.readOnly ? 1 : 0),
    of(ERROR, 0),
  ];
}

/** A healthy file system answers in microseconds. */
const ANSWER_MS_MAX = 300;

/** A call that hangs holds one of Node's four I/O threads: with so many of them, network file systems are not asked. */
const HUNG_MAX = 2;

const NETWORK_TYPES = /^(nfs|cifs|smb|fuse|ceph|gluster|9p|afs|lustre)/;

export function filesystemSource(ask: (mountpoint: string) => Promise<FileSystemUsage>): HostSource {
  const pending = new Set<string>();
  const usageOf = async ({ mountpoint, fstype }: Mount): Promise<FileSystemUsage | null> => {
    if (pending.has(mountpoint) || (pending.size >= HUNG_MAX && NETWORK_TYPES.test(fstype))) return null;
    pending.add(mountpoint);
    const answer = ask(mountpoint)
      .catch(() => null)
      .finally(() => pending.delete(mountpoint));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), ANSWER_MS_MAX);
    });
    const usage = await Promise.race([answer, late]);
    clearTimeout(timer);
    return usage;
  };
  return {
    collector: 'filesystem',
    async read(files) {
      const readings: Reading[] = [];
      // One after the other: however many hang, each round adds one.
      for (const mount of parseMounts(await files.proc('self/mountinfo'))) readings.push(...describeMount(mount, await usageOf(mount)));
      return readings;
    },
  };
}
