import { hostname, machine, release, type as systemName, version } from 'node:os';
import { gauge, type Reading, reading } from './reading.ts';
import type { HostSource } from './source.ts';

const UNAME = gauge(
  'node_uname_info',
  'Labeled system information as provided by the uname system call.',
  ...['sysname', 'release', 'version', 'machine', 'nodename', 'domainname'],
);

export const unameSource: HostSource = {
  collector: 'uname',
  async read(files) {
    const domain = await files.proc('sys/kernel/domainname').catch(() => '(none)');
    return [reading(UNAME, 1, systemName(), release(), version(), machine(), hostname(), domain.trim())];
  },
};

const OS_LABELS = [
  ...['build_id', 'id', 'id_like', 'image_id', 'image_version', 'name', 'pretty_name', 'variant', 'variant_id', 'version'],
  ...['version_codename', 'version_id'],
];
const OS_INFO = gauge('node_os_info', `A metric with a constant '1' value labeled by ${OS_LABELS.join(', ')}.`, ...OS_LABELS);
const OS_VERSION = gauge('node_os_version', 'Metric containing the major.minor part of the OS version.', 'id', 'id_like', 'name');

/** /etc/os-release: shell assignments, quoted or not. */
export function parseOsRelease(text: string): Reading[] {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^\s*([A-Z_0-9]+)=(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined) values.set(name.toLowerCase(), unquoted(value));
  }
  const of = (name: string) => values.get(name) ?? '';
  const readings = [reading(OS_INFO, 1, ...OS_LABELS.map(of))];
  const majorMinor = /^\d+(\.\d+)?/.exec(of('version_id'))?.[0];
  if (majorMinor !== undefined) readings.push(reading(OS_VERSION, Number(majorMinor), of('id'), of('id_like'), of('name')));
  return readings;
}

function unquoted(value: string): string {
  const quote = value[0];
  if (value.length >= 2 && (quote === '"' || quote === "'") && value.endsWith(quote))
    return value.slice(1, -1).replace(/\\(["$`\\])/g, '$1');
  return value;
}

export const osSource: HostSource = {
  collector: 'os',
  read: async (files) => parseOsRelease(await files.root('etc/os-release').catch(() => files.root('usr/lib/os-release'))),
};
