import { counter, gauge, type Reading, reading, wordsByLine } from './reading.ts';
import { procSource } from './source.ts';

const MS = 1 / 1000;
/** The kernel counts in sectors of 512 bytes, whatever the disk's own are. */
const SECTOR = 512;

/** The columns behind the device's name, in their order. Older kernels have the first 11 or 15. */
const COLUMNS = [
  { family: counter('node_disk_reads_completed_total', 'The total number of reads completed successfully.', 'device'), scale: 1 },
  { family: counter('node_disk_reads_merged_total', 'The total number of reads merged.', 'device'), scale: 1 },
  { family: counter('node_disk_read_bytes_total', 'The total number of bytes read successfully.', 'device'), scale: SECTOR },
  { family: counter('node_disk_read_time_seconds_total', 'The total number of seconds spent by all reads.', 'device'), scale: MS },
  { family: counter('node_disk_writes_completed_total', 'The total number of writes completed successfully.', 'device'), scale: 1 },
  { family: counter('node_disk_writes_merged_total', 'The number of writes merged.', 'device'), scale: 1 },
  { family: counter('node_disk_written_bytes_total', 'The total number of bytes written successfully.', 'device'), scale: SECTOR },
  {
    family: counter('node_disk_write_time_seconds_total', 'This is the total number of seconds spent by all writes.', 'device'),
    scale: MS,
  },
  { family: gauge('node_disk_io_now', 'The number of I/Os currently in progress.', 'device'), scale: 1 },
  { family: counter('node_disk_io_time_seconds_total', 'Total seconds spent doing I/Os.', 'device'), scale: MS },
  { family: counter('node_disk_io_time_weighted_seconds_total', 'The weighted # of seconds spent doing I/Os.', 'device'), scale: MS },
  { family: counter('node_disk_discards_completed_total', 'The total number of discards completed successfully.', 'device'), scale: 1 },
  { family: counter('node_disk_discards_merged_total', 'The total number of discards merged.', 'device'), scale: 1 },
  { family: counter('node_disk_discarded_sectors_total', 'The total number of sectors discarded successfully.', 'device'), scale: 1 },
  {
    family: counter('node_disk_discard_time_seconds_total', 'This is the total number of seconds spent by all discards.', 'device'),
    scale: MS,
  },
  { family: counter('node_disk_flush_requests_total', 'The total number of flush requests completed successfully', 'device'), scale: 1 },
  {
    family: counter(
      'node_disk_flush_requests_time_seconds_total',
      'This is the total number of seconds spent by all flush requests.',
      'device',
    ),
    scale: MS,
  },
];

const INFO = gauge('node_disk_info', 'Info of /sys/block/<block_device>.', 'device', 'major', 'minor');

/** Partitions and devices that are no disks, as node_exporter leaves them out. */
const IGNORED = /^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$/;

export function parseDiskstats(text: string): Reading[] {
  return wordsByLine(text).flatMap(([major, minor, device, ...columns]) => {
    if (device === undefined || IGNORED.test(device)) return [];
    const known = COLUMNS.slice(0, columns.length);
    return [
      reading(INFO, 1, device, major, minor),
      ...known.map(({ family, scale }, i) =>
        reading(family, scale === MS ? Number(columns[i]) / 1000 : Number(columns[i]) * scale, device),
      ),
    ];
  });
}

export const diskstatsSource = procSource('diskstats', 'diskstats', parseDiskstats);
