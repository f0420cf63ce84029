import type { DashboardDraft, Threshold } from '@tidemark/rpc';
import { layOut, type PanelSketch } from './layout.ts';

/**
 * One machine, or several side by side: CPU, memory, disks, network and pressure, from the built-in host collector or
 * from node_exporter, whose names are the same. Empty legends: the labels that tell the series apart.
 */
const BUSY: readonly Threshold[] = [
  { value: 80, state: 'warning' },
  { value: 95, state: 'critical' },
];

/** Disks, without what only stands for other disks or for memory. */
const DISK = 'device!~"(loop|ram|zram|dm-|md|sr|fd).*"';
const FILESYSTEM = 'fstype!~"(tmpfs|devtmpfs|ramfs|squashfs|iso9660|fuse.*|nsfs)"';
const NETWORK = 'device!~"(lo|veth.*|br-.*|docker.*|cali.*|flannel.*|cni.*)"';

const CACHED = 'node_memory_Cached_bytes + node_memory_Buffers_bytes + node_memory_SReclaimable_bytes';

/** A part of the whole in percent, in figures. */
function shareNow(id: string, title: string, expr: string): PanelSketch {
  return { id, title, kind: 'stat', unit: 'percent', decimals: 1, max: 100, thresholds: BUSY, queries: [expr] };
}

export const HOST_DASHBOARD: DashboardDraft = {
  id: 'host',
  title: 'Host',
  description: 'CPU, memory, disks and network of the machines that are collected.',
  tags: ['tidemark'],
  version: 0,
  panels: layOut([
    {
      height: 4,
      panels: [
        shareNow('cpu-now', 'CPU', '100 * (1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[$__rate_interval])))'),
        shareNow('memory-now', 'Memory', '100 * (1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)'),
        shareNow(
          'root-disk-now',
          'Root disk',
          '100 * (1 - node_filesystem_avail_bytes{mountpoint="/"} / node_filesystem_size_bytes{mountpoint="/"})',
        ),
        { id: 'load-now', title: 'Load, 1 minute', kind: 'stat', unit: 'none', decimals: 2, queries: ['node_load1'] },
        { id: 'uptime', title: 'Uptime', kind: 'stat', unit: 'seconds', queries: ['time() - node_boot_time_seconds'] },
      ],
    },
    {
      height: 8,
      panels: [
        {
          id: 'cpu',
          title: 'CPU by mode',
          unit: 'percent',
          stacked: true,
          queries: ['100 * avg by (instance, mode) (rate(node_cpu_seconds_total{mode!="idle"}[$__rate_interval]))'],
        },
        {
          id: 'load',
          title: 'Load',
          unit: 'none',
          queries: [
            ['node_load1', '1 minute'],
            ['node_load5', '5 minutes'],
            ['node_load15', '15 minutes'],
          ],
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          id: 'memory',
          title: 'Memory',
          unit: 'bytes',
          stacked: true,
          queries: [
            [`node_memory_MemTotal_bytes - node_memory_MemFree_bytes - (${CACHED})`, 'used'],
            [CACHED, 'cached'],
            ['node_memory_MemFree_bytes', 'free'],
          ],
        },
        {
          id: 'swap',
          title: 'Swap',
          unit: 'bytes',
          emptyText: 'This machine has no swap',
          queries: [
            ['(node_memory_SwapTotal_bytes - node_memory_SwapFree_bytes) and node_memory_SwapTotal_bytes > 0', 'used'],
            ['node_memory_SwapTotal_bytes > 0', 'total'],
          ],
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          id: 'disk-bytes',
          title: 'Disk throughput',
          unit: 'bytes_per_second',
          queries: [
            [`rate(node_disk_read_bytes_total{${DISK}}[$__rate_interval])`, '{{device}} read'],
            [`rate(node_disk_written_bytes_total{${DISK}}[$__rate_interval])`, '{{device}} written'],
          ],
        },
        {
          id: 'disk-operations',
          title: 'Disk operations',
          unit: 'per_second',
          queries: [
            [`rate(node_disk_reads_completed_total{${DISK}}[$__rate_interval])`, '{{device}} reads'],
            [`rate(node_disk_writes_completed_total{${DISK}}[$__rate_interval])`, '{{device}} writes'],
          ],
        },
        {
          id: 'disk-busy',
          title: 'Disk utilisation',
          unit: 'percent',
          queries: [[`100 * rate(node_disk_io_time_seconds_total{${DISK}}[$__rate_interval])`, '{{device}}']],
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          id: 'filesystems',
          title: 'Filesystem usage',
          unit: 'percent',
          max: 100,
          thresholds: BUSY,
          queries: [
            [`100 * (1 - node_filesystem_avail_bytes{${FILESYSTEM}} / (node_filesystem_size_bytes{${FILESYSTEM}} > 0))`, '{{mountpoint}}'],
          ],
        },
        {
          id: 'network',
          title: 'Network',
          unit: 'bytes_per_second',
          queries: [
            [`rate(node_network_receive_bytes_total{${NETWORK}}[$__rate_interval])`, '{{device}} received'],
            [`rate(node_network_transmit_bytes_total{${NETWORK}}[$__rate_interval])`, '{{device}} sent'],
          ],
        },
        {
          id: 'pressure',
          title: 'Pressure: time with work waiting',
          unit: 'percent',
          queries: [
            ['100 * rate(node_pressure_cpu_waiting_seconds_total[$__rate_interval])', 'CPU'],
            ['100 * rate(node_pressure_memory_waiting_seconds_total[$__rate_interval])', 'memory'],
            ['100 * rate(node_pressure_io_waiting_seconds_total[$__rate_interval])', 'I/O'],
          ],
        },
      ],
    },
  ]),
};
