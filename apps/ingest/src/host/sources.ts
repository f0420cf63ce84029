import { arpSource } from './arp.ts';
import { bondingSource } from './bonding.ts';
import { conntrackSource } from './conntrack.ts';
import { cpuSource } from './cpu.ts';
import { cpufreqSource } from './cpufreq.ts';
import { diskstatsSource } from './diskstats.ts';
import { dmiSource } from './dmi.ts';
import { edacSource } from './edac.ts';
import { entropySource } from './entropy.ts';
import { filefdSource } from './filefd.ts';
import { type FileSystemUsage, filesystemSource } from './filesystem.ts';
import { hwmonSource } from './hwmon.ts';
import { interruptsSource } from './interrupts.ts';
import { loadavgSource } from './loadavg.ts';
import { meminfoSource } from './meminfo.ts';
import { netclassSource } from './netclass.ts';
import { netdevSource } from './netdev.ts';
import { netstatSource } from './netstat.ts';
import { nvmeSource } from './nvme.ts';
import { powerSupplySource } from './power-supply.ts';
import { pressureSource } from './pressure.ts';
import { processesSource } from './processes.ts';
import { raplSource } from './rapl.ts';
import { schedstatSource } from './schedstat.ts';
import { selinuxSource } from './selinux.ts';
import { tcpstatSource, udpQueuesSource } from './sockets.ts';
import { sockstatSource } from './sockstat.ts';
import { softnetSource } from './softnet.ts';
import type { HostSource } from './source.ts';
import { statSource } from './stat.ts';
import { osSource, unameSource } from './system.ts';
import { thermalSource } from './thermal.ts';
import { timeSource } from './time.ts';
import { vmstatSource } from './vmstat.ts';

/** Every part of the host that is read. */
export function hostSources(usageOf: (mountpoint: string) => Promise<FileSystemUsage>): HostSource[] {
  return [
    cpuSource(),
    cpufreqSource(),
    statSource,
    interruptsSource,
    processesSource(),
    meminfoSource,
    loadavgSource,
    diskstatsSource,
    filesystemSource(usageOf),
    netdevSource,
    netclassSource(),
    netstatSource,
    sockstatSource,
    tcpstatSource(),
    udpQueuesSource,
    softnetSource,
    arpSource,
    conntrackSource,
    schedstatSource,
    entropySource,
    pressureSource,
    vmstatSource,
    filefdSource,
    hwmonSource(),
    thermalSource(),
    powerSupplySource(),
    raplSource,
    edacSource(),
    nvmeSource(),
    bondingSource(),
    selinuxSource(),
    timeSource(),
    unameSource,
    osSource,
    dmiSource(),
  ];
}
