import { arpSource } from './arp.ts';
import { conntrackSource } from './conntrack.ts';
import { cpuSource } from './cpu.ts';
import { diskstatsSource } from './diskstats.ts';
import { entropySource } from './entropy.ts';
import { filefdSource } from './filefd.ts';
import { type FileSystemUsage, filesystemSource } from './filesystem.ts';
import { loadavgSource } from './loadavg.ts';
import { meminfoSource } from './meminfo.ts';
import { netclassSource } from './netclass.ts';
import { netdevSource } from './netdev.ts';
import { netstatSource } from './netstat.ts';
import { pressureSource } from './pressure.ts';
import { schedstatSource } from './schedstat.ts';
import { sockstatSource } from './sockstat.ts';
import { softnetSource } from './softnet.ts';
import type { HostSource } from './source.ts';
import { statSource } from './stat.ts';
import { osSource, timeSource, unameSource } from './system.ts';
import { vmstatSource } from './vmstat.ts';

/** Every part of the host that is read. */
export function hostSources(usageOf: (mountpoint: string) => Promise<FileSystemUsage>): HostSource[] {
  return [
    cpuSource(),
    statSource,
    meminfoSource,
    loadavgSource,
    diskstatsSource,
    filesystemSource(usageOf),
    netdevSource,
    netclassSource(),
    netstatSource,
    sockstatSource,
    softnetSource,
    arpSource,
    conntrackSource,
    schedstatSource,
    entropySource,
    pressureSource,
    vmstatSource,
    filefdSource,
    timeSource,
    unameSource,
    osSource,
  ];
}
