import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { linesOf } from '../scrape/recording.ts';
import { type FileSystemUsage, filesystemSource } from './filesystem.ts';
import type { HostFiles } from './source.ts';
import { type MachineFiles, startMachine, type TestMachine, wholeMachine } from './testing/machine.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function machine(files: MachineFiles): Promise<TestMachine> {
  const started = await startMachine(files);
  ends.push(() => started.stop());
  return started;
}

test('what the machine has is published, what it lacks is told', async () => {
  const { round, collector } = await machine({ 'proc/loadavg': '0.20 0.18 0.12 1/80 1\n', 'etc/os-release': 'ID=test\n' });
  const batch = await round();
  const lines = linesOf(batch).map((line) => line.replace('instance="box", job="node"', '…'));
  expect(lines).toEqual(
    expect.arrayContaining([
      'node_load1{…} 0.2',
      'node_os_info{id="test", …} 1',
      'node_scrape_collector_success{collector="loadavg", …} 1',
      'node_scrape_collector_success{collector="cpu", …} 0',
      'node_scrape_collector_success{collector="netclass", …} 0',
      'up{…} 1',
    ]),
  );
  expect(batch.tenant).toBe('default');
  expect(new Set(batch.timesMs).size).toBe(1);
  expect(batch.metadata).toContainEqual({ family: 'node_load1', type: 'gauge', help: '1m load average.', unit: '' });
  expect((await round()).metadata).toEqual([]);
  expect(collector.view()).toMatchObject({ scrapePool: 'node', health: 'up', lastError: '', scrapeInterval: '1s' });
});

test('a part that goes away ends its series, once', async () => {
  const { round, remove, write } = await machine({ 'proc/loadavg': '1 2 3\n' });
  await round();
  await remove('proc/loadavg');
  const load = async () => linesOf(await round()).filter((line) => line.startsWith('node_load1{'));
  expect(await load()).toEqual(['node_load1{instance="box", job="node"} stale']);
  expect(await load()).toEqual([]);
  await write('proc/loadavg', '4 5 6\n');
  expect(await load()).toEqual(['node_load1{instance="box", job="node"} 4']);
});

test('file systems that hang cost themselves only, and hold few threads', async () => {
  const asked: string[] = [];
  const usage: FileSystemUsage = { bsize: 1, blocks: 1, bfree: 1, bavail: 1, files: 1, ffree: 1 };
  const source = filesystemSource((mountpoint) => {
    asked.push(mountpoint);
    return mountpoint.startsWith('/hung') ? new Promise(() => {}) : Promise.resolve(usage);
  });
  const mounts = ['/hung1 nfs', '/hung2 nfs', '/hung3 nfs', '/data ext4'].map((mount) => {
    const [path, type] = mount.split(' ');
    return `1 1 0:1 / ${path} rw - ${type} dev rw`;
  });
  const files = { proc: async () => mounts.join('\n') } as unknown as HostFiles;
  const errors = async () => {
    const readings = await source.read(files);
    const found = readings.filter((next) => next.family.name === 'node_filesystem_device_error');
    return Object.fromEntries(found.map((next) => [next.labelValues[1], next.value]));
  };
  const expected = { '/hung1': 1, '/hung2': 1, '/hung3': 1, '/data': 0 };
  expect(await errors()).toEqual(expected);
  expect(await errors()).toEqual(expected);
  expect(asked).toEqual(['/hung1', '/hung2', '/data', '/data']);
});

test('what a server has beside the usual: sensors, batteries, power, firmware, memory errors, bonds, sockets, processes', async () => {
  const { round } = await machine(wholeMachine());
  const lines = linesOf(await round()).map((line) => line.replace(/(instance="box"|job="node")(, )?/g, '').replace(/(, )?}/, '}'));
  expect(lines.filter((line) => /^node_scrape_collector_success.* 0$/.test(line))).toEqual([]);
  const beside =
    /^node_(hwmon|thermal|cooling|power|rapl|edac|nvme|dmi|selinux|bonding|time_clock|cpu_[fs][rc]|tcp|udp|proc|interr|nf_|softnet)/;
  const told = lines.filter((line) => beside.test(line)).sort();
  await expect(`${told.join('\n')}\n`).toMatchFileSnapshot('../../../../testdata/machine_collected.txt');
});

test('slow parts are asked now and then only, and say again what they said', async () => {
  const { round, write } = await machine({ 'proc/loadavg': '1 2 3 1/80 9\n', 'sys/class/thermal/thermal_zone0/temp': '45000\n' });
  const temperature = async () => linesOf(await round()).filter((line) => line.startsWith('node_thermal_zone_temp'));
  const said = ['node_thermal_zone_temp{instance="box", job="node", zone="0"} 45'];
  expect(await temperature()).toEqual(said);
  await write('sys/class/thermal/thermal_zone0/temp', '50000\n');
  expect(await temperature()).toEqual(said);
  for (let i = 0; i < 8; i++) await round();
  expect(await temperature()).toEqual(['node_thermal_zone_temp{instance="box", job="node", zone="0"} 50']);
});

test('more interrupts and sockets than anybody reads are left out', async () => {
  const { round } = await machine({
    'proc/interrupts': `${'CPU '.repeat(64)}\n${Array.from({ length: 20 }, (_, i) => `${i}: ${'0 '.repeat(64)} chip`).join('\n')}\n`,
    'proc/net/sockstat': 'TCP: inuse 4 orphan 0 tw 1 alloc 20001 mem 3\n',
    'proc/net/tcp': 'sl\n',
  });
  const lines = linesOf(await round());
  expect(lines.filter((line) => /^node_(interrupts|tcp_conn)/.test(line))).toEqual([]);
  for (const collector of ['interrupts', 'tcpstat']) {
    expect(lines).toContain(`node_scrape_collector_success{collector="${collector}", instance="box", job="node"} 0`);
  }
});

test('names, types and help are those of node_exporter', async () => {
  const [, captured] = gunzipSync(readFileSync(new URL('../../../../testdata/node_exporter_raw_scrapes_60.ndjson.gz', import.meta.url)))
    .toString()
    .split('\n', 2)
    .map((line) => JSON.parse(line).body as string);
  const known = new Set(captured.split('\n').filter((line) => line.startsWith('# ')));
  const { round } = await machine(wholeMachine());
  const { metadata } = await round();
  expect(metadata.length).toBeGreaterThan(20);
  for (const { family, type, help } of metadata) {
    const described = known.has(`# TYPE ${family} ${type === 'unknown' ? 'untyped' : type}`) && known.has(`# HELP ${family} ${help}`);
    // Not in the capture: what that machine did not have, fields of another kernel, and what came after node_exporter 1.5.
    const unknown = OTHER_MACHINES.test(family) && !captured.includes(`# TYPE ${family} `);
    expect(described || unknown, family).toBe(true);
  }
});

const OTHER_MACHINES =
  /^node_(memory|sockstat|vmstat|netstat|schedstat|hwmon|thermal_zone|cooling_device|power_supply|rapl|edac|nvme|dmi|selinux|bonding|cpu_frequency|cpu_scaling|softnet|pressure_irq)_/;
