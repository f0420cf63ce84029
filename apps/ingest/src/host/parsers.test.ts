import { expect, test } from 'vitest';
import { parseArp } from './arp.ts';
import { parseConntrackStat } from './conntrack.ts';
import { parseCpu, withoutSteppingBack } from './cpu.ts';
import { parseDiskstats } from './diskstats.ts';
import { parseFileNr } from './filefd.ts';
import { describeMount, parseMounts } from './filesystem.ts';
import { chipName, describeSensors } from './hwmon.ts';
import { parseInterrupts } from './interrupts.ts';
import { parseLoadavg } from './loadavg.ts';
import { parseMeminfo } from './meminfo.ts';
import { describeInterface } from './netclass.ts';
import { parseNetdev } from './netdev.ts';
import { parseNetstat, parseSnmp6 } from './netstat.ts';
import { parsePressure } from './pressure.ts';
import { parseProcessState, parseThreads } from './processes.ts';
import { describePowerZones } from './rapl.ts';
import type { Reading } from './reading.ts';
import { parseSchedstat } from './schedstat.ts';
import { describeSelinux } from './selinux.ts';
import { parseSockstat } from './sockstat.ts';
import { parseSoftnet } from './softnet.ts';
import { parseStat } from './stat.ts';
import { parseOsRelease } from './system.ts';
import { parseVmstat } from './vmstat.ts';

/** As an exposition writes it, without the `node_` that all begin with. */
function lines(readings: readonly Reading[]): string[] {
  return readings.map(({ family, labelValues, value }) => {
    const labels = family.labelNames.map((name, i) => `${name}="${labelValues[i]}"`).join(',');
    return `${family.name.replace(/^node_/, '')}${labels === '' ? '' : `{${labels}}`} ${value}`;
  });
}

test('cpu: each core and mode, guests beside; the line of all cores is left out', () => {
  expect(lines(parseCpu('cpu  10 0 0 0 0 0 0 0 0 0\ncpu0 3234 1 2171 97512 50 2 21 11 7 8\nintr 5\n'))).toEqual([
    'cpu_seconds_total{cpu="0",mode="user"} 32.34',
    'cpu_seconds_total{cpu="0",mode="nice"} 0.01',
    'cpu_seconds_total{cpu="0",mode="system"} 21.71',
    'cpu_seconds_total{cpu="0",mode="idle"} 975.12',
    'cpu_seconds_total{cpu="0",mode="iowait"} 0.5',
    'cpu_seconds_total{cpu="0",mode="irq"} 0.02',
    'cpu_seconds_total{cpu="0",mode="softirq"} 0.21',
    'cpu_seconds_total{cpu="0",mode="steal"} 0.11',
    'cpu_guest_seconds_total{cpu="0",mode="user"} 0.07',
    'cpu_guest_seconds_total{cpu="0",mode="nice"} 0.08',
  ]);
});

test('cpu: an old kernel has fewer columns', () => {
  expect(lines(parseCpu('cpu3 100 0 200 300\n')).filter((line) => !line.endsWith(' 0'))).toEqual([
    'cpu_seconds_total{cpu="3",mode="user"} 1',
    'cpu_seconds_total{cpu="3",mode="system"} 2',
    'cpu_seconds_total{cpu="3",mode="idle"} 3',
  ]);
});

test('cpu: a small step back is held, a large one is a core that came anew', () => {
  const seen = new Map<string, number>();
  const iowait = (ticks: number) => {
    const readings = withoutSteppingBack(seen, parseCpu(`cpu0 0 0 0 0 ${ticks}\n`));
    return readings.find((next) => next.labelValues[1] === 'iowait')?.value;
  };
  expect([1000, 990, 1001, 20].map(iowait)).toEqual([10, 10, 10.01, 0.2]);
});

test('stat', () => {
  expect(
    lines(
      parseStat(
        'cpu 1\nintr 752659 0 0 1\nctxt 2038808\nbtime 1795498104\nprocesses 7750\nprocs_running 2\nprocs_blocked 0\nsoftirq 1 2\n',
      ),
    ),
  ).toEqual([
    'intr_total 752659',
    'context_switches_total 2038808',
    'boot_time_seconds 1795498104',
    'forks_total 7750',
    'procs_running 2',
    'procs_blocked 0',
  ]);
});

test('meminfo: kB are bytes, counts stay, brackets are flattened, nonsense is passed over', () => {
  const text = 'MemTotal:       24684084 kB\nActive(anon):       1568 kB\nHugePages_Total:       2\nweird\nBad: x kB\n: 3\n';
  expect(lines(parseMeminfo(text))).toEqual([
    'memory_MemTotal_bytes 25276502016',
    'memory_Active_anon_bytes 1605632',
    'memory_HugePages_Total 2',
  ]);
});

test('loadavg', () => {
  expect(lines(parseLoadavg('0.20 0.18 0.12 1/80 11206\n'))).toEqual(['load1 0.2', 'load5 0.18', 'load15 0.12']);
  expect(parseLoadavg('')).toEqual([]);
});

test('diskstats: sectors are bytes, partitions and loops are left out, old kernels have fewer columns', () => {
  const text = [
    '   7       0 loop0 1 0 0 0 0 0 0 0 0 0 0',
    ' 254       0 vda 83511 25426 3535442 19042 12347 91778 4942568 24640 3 15512 44413 7142 82 290808 720 238 10',
    ' 254       1 vda1 1 1 1 1 1 1 1 1 1 1 1',
    ' 259       0 nvme0n1 5 0 8 4 0 0 0 0 0 4 4',
    ' 259       1 nvme0n1p1 5 0 8 4 0 0 0 0 0 4 4',
    '',
  ].join('\n');
  expect(lines(parseDiskstats(text))).toEqual([
    'disk_info{device="vda",major="254",minor="0"} 1',
    'disk_reads_completed_total{device="vda"} 83511',
    'disk_reads_merged_total{device="vda"} 25426',
    'disk_read_bytes_total{device="vda"} 1810146304',
    'disk_read_time_seconds_total{device="vda"} 19.042',
    'disk_writes_completed_total{device="vda"} 12347',
    'disk_writes_merged_total{device="vda"} 91778',
    'disk_written_bytes_total{device="vda"} 2530594816',
    'disk_write_time_seconds_total{device="vda"} 24.64',
    'disk_io_now{device="vda"} 3',
    'disk_io_time_seconds_total{device="vda"} 15.512',
    'disk_io_time_weighted_seconds_total{device="vda"} 44.413',
    'disk_discards_completed_total{device="vda"} 7142',
    'disk_discards_merged_total{device="vda"} 82',
    'disk_discarded_sectors_total{device="vda"} 290808',
    'disk_discard_time_seconds_total{device="vda"} 0.72',
    'disk_flush_requests_total{device="vda"} 238',
    'disk_flush_requests_time_seconds_total{device="vda"} 0.01',
    'disk_info{device="nvme0n1",major="259",minor="0"} 1',
    'disk_reads_completed_total{device="nvme0n1"} 5',
    'disk_reads_merged_total{device="nvme0n1"} 0',
    'disk_read_bytes_total{device="nvme0n1"} 4096',
    'disk_read_time_seconds_total{device="nvme0n1"} 0.004',
    'disk_writes_completed_total{device="nvme0n1"} 0',
    'disk_writes_merged_total{device="nvme0n1"} 0',
    'disk_written_bytes_total{device="nvme0n1"} 0',
    'disk_write_time_seconds_total{device="nvme0n1"} 0',
    'disk_io_now{device="nvme0n1"} 0',
    'disk_io_time_seconds_total{device="nvme0n1"} 0.004',
    'disk_io_time_weighted_seconds_total{device="nvme0n1"} 0.004',
  ]);
});

const NET_HEADER = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;

test('netdev: also a name that touches its first number, and an alias', () => {
  const readings = parseNetdev(
    `${NET_HEADER}    lo:3193 29 1 2 3 4 5 6 7 8 9 10 11 12 13 14\neth0:1: 1 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0\n  bad: 1 2\n`,
  );
  expect(lines(readings).slice(0, 16)).toEqual([
    'network_receive_bytes_total{device="lo"} 3193',
    'network_receive_packets_total{device="lo"} 29',
    'network_receive_errs_total{device="lo"} 1',
    'network_receive_drop_total{device="lo"} 2',
    'network_receive_fifo_total{device="lo"} 3',
    'network_receive_frame_total{device="lo"} 4',
    'network_receive_compressed_total{device="lo"} 5',
    'network_receive_multicast_total{device="lo"} 6',
    'network_transmit_bytes_total{device="lo"} 7',
    'network_transmit_packets_total{device="lo"} 8',
    'network_transmit_errs_total{device="lo"} 9',
    'network_transmit_drop_total{device="lo"} 10',
    'network_transmit_fifo_total{device="lo"} 11',
    'network_transmit_colls_total{device="lo"} 12',
    'network_transmit_carrier_total{device="lo"} 13',
    'network_transmit_compressed_total{device="lo"} 14',
  ]);
  expect(readings).toHaveLength(32);
  expect(lines(readings)[16]).toBe('network_receive_bytes_total{device="eth0:1"} 1');
  expect(parseNetdev('')).toEqual([]);
});

test('netclass: what a device does not have is left out', () => {
  const eth0 = { operstate: 'up', mtu: '1400', speed: '1000', carrier: '1', duplex: 'full', address: '02:fc', flags: '0x1003' };
  expect(lines(describeInterface('eth0', { ...eth0, 'statistics/rx_nohandler': '7', carrier_changes: '2' }))).toEqual([
    'network_up{device="eth0"} 1',
    'network_info{device="eth0",address="02:fc",broadcast="",duplex="full",operstate="up",ifalias=""} 1',
    'network_carrier{device="eth0"} 1',
    'network_carrier_changes_total{device="eth0"} 2',
    'network_flags{device="eth0"} 4099',
    'network_mtu_bytes{device="eth0"} 1400',
    'network_receive_nohandler_total{device="eth0"} 7',
    'network_speed_bytes{device="eth0"} 125000000',
  ]);
  expect(lines(describeInterface('wg0', { operstate: 'unknown', speed: 'x' }))).toHaveLength(2);
});

test('pressure: microseconds; no stalled CPU', () => {
  const text = 'some avg10=0.17 avg60=0.17 avg300=0.86 total=10557268\nfull avg10=0.13 avg60=0.14 avg300=0.84 total=10036911\n';
  expect(lines(parsePressure('io', text))).toEqual([
    'pressure_io_waiting_seconds_total 10.557268',
    'pressure_io_stalled_seconds_total 10.036911',
  ]);
  expect(lines(parsePressure('irq', 'full avg10=0.00 avg60=0.00 avg300=0.00 total=250000\n'))).toEqual([
    'pressure_irq_stalled_seconds_total 0.25',
  ]);
  expect(lines(parsePressure('cpu', text))).toEqual(['pressure_cpu_waiting_seconds_total 10.557268']);
  expect(parsePressure('memory', 'some avg10=0.00\n')).toEqual([]);
});

test('vmstat: the few that matter', () => {
  expect(lines(parseVmstat('nr_free_pages 1\npgpgin 2\npswpout 3\npgmajfault 4\noom_kill 5\n'))).toEqual([
    'vmstat_pgpgin 2',
    'vmstat_pswpout 3',
    'vmstat_pgmajfault 4',
    'vmstat_oom_kill 5',
  ]);
});

test('filefd', () => {
  expect(lines(parseFileNr('573\t0\t2466165\n'))).toEqual(['filefd_allocated 573', 'filefd_maximum 2466165']);
});

test('sockstat: pages are bytes, too', () => {
  expect(lines(parseSockstat('sockets: used 17\nTCP: inuse 1 mem 219\nFRAG: inuse 0 memory 0\n', 4096))).toEqual([
    'sockstat_sockets_used 17',
    'sockstat_TCP_inuse 1',
    'sockstat_TCP_mem 219',
    'sockstat_TCP_mem_bytes 897024',
    'sockstat_FRAG_inuse 0',
    'sockstat_FRAG_memory 0',
  ]);
});

test('arp: entries are counted by device', () => {
  const entry = (device: string) => `192.0.2.1        0x1         0x2         02:fc:00:00:00:05     *        ${device}\n`;
  const heading = 'IP address       HW type     Flags       HW address            Mask     Device\n';
  expect(lines(parseArp(heading + entry('eth0') + entry('wlan0') + entry('eth0')))).toEqual([
    'arp_entries{device="eth0"} 2',
    'arp_entries{device="wlan0"} 1',
  ]);
  expect(parseArp(heading)).toEqual([]);
});

test('softnet: hexadecimal; the CPU by its column or by its line', () => {
  const unused = ' 00000000'.repeat(5);
  expect(lines(parseSoftnet(`0000001f 00000002 00000003${unused} 00000004 00000005 00000006 00000007 00000009 0 0\n`))).toEqual([
    'softnet_processed_total{cpu="9"} 31',
    'softnet_dropped_total{cpu="9"} 2',
    'softnet_times_squeezed_total{cpu="9"} 3',
    'softnet_cpu_collision_total{cpu="9"} 4',
    'softnet_received_rps_total{cpu="9"} 5',
    'softnet_flow_limit_count_total{cpu="9"} 6',
    'softnet_backlog_len{cpu="9"} 7',
  ]);
  expect(lines(parseSoftnet('1 0 0\n2 0 0\n'))[3]).toBe('softnet_processed_total{cpu="1"} 2');
});

test('conntrack: hexadecimal, summed over the CPUs, by the names of the heading', () => {
  expect(lines(parseConntrackStat('entries  found odd drop\n0000000c 00000001 0 0000000f\n0000000c 00000010 0 00000001\n'))).toEqual([
    'nf_conntrack_stat_found 17',
    'nf_conntrack_stat_drop 16',
  ]);
  expect(parseConntrackStat('')).toEqual([]);
});

test("interrupts: numbered ones with their devices, named ones with their meaning, the machine's own left out", () => {
  const text =
    '           CPU0       CPU1\n 36:          7    9  PCI-MSIX   1-edge  virtio1-req.0\nLOC:   1 2   Local timer interrupts\nERR:   0\n';
  expect(lines(parseInterrupts(text))).toEqual([
    'interrupts_total{cpu="0",type="36",info="PCI-MSIX",devices="1-edge virtio1-req.0"} 7',
    'interrupts_total{cpu="1",type="36",info="PCI-MSIX",devices="1-edge virtio1-req.0"} 9',
    'interrupts_total{cpu="0",type="LOC",info="Local timer interrupts",devices=""} 1',
    'interrupts_total{cpu="1",type="LOC",info="Local timer interrupts",devices=""} 2',
  ]);
  expect(parseInterrupts('')).toEqual([]);
});

test('processes: a name may hold brackets and blanks; threads stand behind the load', () => {
  expect(parseProcessState('30 (odd) S) name) R 1 30 30 0 -1')).toBe('R');
  expect(parseProcessState('')).toBeNull();
  expect(parseThreads('0.20 0.18 0.12 2/187 11206\n')).toBe(187);
});

test('sensors: a reading beside a plain file keeps its element, what is no number is left out', () => {
  expect(lines(describeSensors('chip', { pwm1: '128', pwm1_input: '5', fan1_input: '1200', temp1_input: '', temp2_input: 'n/a' }))).toEqual(
    [
      'hwmon_pwm{chip="chip",sensor="pwm1"} 128',
      'hwmon_pwm_input{chip="chip",sensor="pwm1"} 5',
      'hwmon_fan_rpm{chip="chip",sensor="fan1"} 1200',
    ],
  );
  expect([chipName('/sys/devices/platform/coretemp.0', 'coretemp'), chipName(null, 'NCT-6775'), chipName(null, '')]).toEqual([
    'platform_coretemp_0',
    'nct_6775',
    '',
  ]);
});

test('power zones: by the number in their name, or counted', () => {
  const zones = ['package-1', 'core', 'core'].map((name, i) => ({ entry: `intel-rapl:${i}`, name, microjoules: 500_000 }));
  expect(lines(describePowerZones(zones))).toEqual([
    'rapl_package_joules_total{index="1",path="/sys/class/powercap/intel-rapl:0"} 0.5',
    'rapl_core_joules_total{index="0",path="/sys/class/powercap/intel-rapl:1"} 0.5',
    'rapl_core_joules_total{index="1",path="/sys/class/powercap/intel-rapl:2"} 0.5',
  ]);
});

test('selinux: off, and on with another mode than the one configured', () => {
  expect(lines(describeSelinux(null, ''))).toEqual(['selinux_enabled 0']);
  expect(lines(describeSelinux('1\n', '# SELINUX=disabled\nSELINUX=permissive\n'))).toEqual([
    'selinux_enabled 1',
    'selinux_config_mode 0',
    'selinux_current_mode 1',
  ]);
});

test('schedstat: nanoseconds of each CPU, domains left out', () => {
  expect(lines(parseSchedstat('version 16\ntimestamp 1\ncpu1 0 0 0 0 0 0 1500000000 250000000 42\ndomain0 MC 3 0 0\n'))).toEqual([
    'schedstat_running_seconds_total{cpu="1"} 1.5',
    'schedstat_waiting_seconds_total{cpu="1"} 0.25',
    'schedstat_timeslices_total{cpu="1"} 42',
  ]);
});

test('netstat: names above their values, only the wanted ones', () => {
  expect(lines(parseNetstat('Tcp: RtoMin ActiveOpens CurrEstab\nTcp: 200 7 3\nTcpExt: ListenDrops Odd\nTcpExt: 1\n'))).toEqual([
    'netstat_Tcp_ActiveOpens 7',
    'netstat_Tcp_CurrEstab 3',
    'netstat_TcpExt_ListenDrops 1',
  ]);
  expect(lines(parseSnmp6('Ip6InReceives \t1\nIp6InOctets \t128\nUdpLite6InErrors 0\n'))).toEqual([
    'netstat_Ip6_InOctets 128',
    'netstat_UdpLite6_InErrors 0',
  ]);
});

test('os-release: quotes, comments, no version', () => {
  expect(
    lines(parseOsRelease('# hi\nNAME="A \\"B\\""\nID=debian\nVERSION_ID=\'12.4.1\'\nJUNK\n')).map((line) =>
      line.replace(/[a-z_]+="",?/g, ''),
    ),
  ).toEqual(['os_info{id="debian",name="A "B"",version_id="12.4.1"} 1', 'os_version{id="debian",name="A "B""} 12.4']);
  expect(parseOsRelease('NAME=Arch\nID=arch\n')).toHaveLength(1);
});

test('mounts: storage only, the root always, blanks in names, read-only from either place', () => {
  const text = [
    '22 27 0:21 / /proc rw - proc proc rw',
    '24 27 0:6 / /dev/shm rw,relatime - tmpfs tmpfs rw',
    '27 1 254:0 / / rw,relatime shared:1 - overlay overlay rw,lowerdir=/x',
    '28 27 8:1 / /mnt/my\\040disk ro,nosuid - ext4 /dev/sda1 rw',
    '29 27 8:2 / /srv rw - nfs4 server:/export ro,vers=4',
    '30 27 0:9 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw',
    'nonsense',
  ].join('\n');
  expect(parseMounts(text)).toEqual([
    { device: 'overlay', mountpoint: '/', fstype: 'overlay', readOnly: false },
    { device: '/dev/sda1', mountpoint: '/mnt/my disk', fstype: 'ext4', readOnly: true },
    { device: 'server:/export', mountpoint: '/srv', fstype: 'nfs4', readOnly: true },
  ]);
});

test('filesystem', () => {
  const mount = { device: '/dev/vda', mountpoint: '/', fstype: 'ext4', readOnly: false };
  const at = 'device="/dev/vda",mountpoint="/",fstype="ext4"';
  expect(lines(describeMount(mount, { bsize: 4096, blocks: 10, bfree: 5, bavail: 4, files: 100, ffree: 50 }))).toEqual([
    `filesystem_size_bytes{${at}} 40960`,
    `filesystem_free_bytes{${at}} 20480`,
    `filesystem_avail_bytes{${at}} 16384`,
    `filesystem_files{${at}} 100`,
    `filesystem_files_free{${at}} 50`,
    `filesystem_readonly{${at}} 0`,
    `filesystem_device_error{${at}} 0`,
  ]);
  expect(lines(describeMount(mount, null))).toEqual([`filesystem_device_error{${at}} 1`]);
});
