import type { FileLogEvent } from '@tidemark/log/file';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What the way into the log tells of itself. */
export interface PublishMetrics {
  readonly samples: Counter;
  readonly records: Counter;
  readonly recordBytes: Counter;
  readonly refused: Counter;
  readonly seconds: Histogram;
  readonly waitingSamples: Gauge;
}

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createPublishMetrics(registry: Registry): PublishMetrics {
  const registers = [registry];
  return {
    samples: new Counter({ name: 'tidemark_ingest_samples_total', help: 'Samples that are durable in the log.', registers }),
    records: new Counter({ name: 'tidemark_ingest_records_total', help: 'Records written to the log.', registers }),
    recordBytes: new Counter({ name: 'tidemark_ingest_record_bytes_total', help: 'Bytes of the records written to the log.', registers }),
    refused: new Counter({
      name: 'tidemark_ingest_refused_samples_total',
      help: 'Samples that the log had no room for; their senders were told.',
      registers,
    }),
    seconds: new Histogram({
      name: 'tidemark_ingest_publish_duration_seconds',
      help: 'From a batch being handed over until it was durable.',
      buckets: SECONDS,
      registers,
    }),
    waitingSamples: new Gauge({ name: 'tidemark_ingest_waiting_samples', help: 'Samples that wait for the log.', registers }),
  };
}

/** The file log's own events as metrics. */
export function createLogMetrics(registry: Registry): (event: FileLogEvent) => void {
  const registers = [registry];
  const commitSeconds = new Histogram({
    name: 'tidemark_log_commit_duration_seconds',
    help: 'From taking the waiting records until all were on the disk.',
    buckets: SECONDS,
    registers,
  });
  const commitBytes = new Counter({ name: 'tidemark_log_committed_bytes_total', help: 'Bytes of the records committed.', registers });
  const events = new Counter({
    name: 'tidemark_log_events_total',
    help: 'Torn tails, damage, refusals by the disk, dropped segments.',
    labelNames: ['kind'],
    registers,
  });
  return (event) => {
    if (event.kind !== 'committed') return events.inc({ kind: event.kind });
    commitSeconds.observe(event.tookMs / 1000);
    commitBytes.inc(event.bytes);
  };
}

/** The log's disk, read when `/metrics` is. */
export function observeDisk(registry: Registry, disk: { readonly low: string | null; readonly freeBytes: number }): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge('tidemark_ingest_disk_free_bytes', "What is free on the log's disk.", () => disk.freeBytes);
  gauge('tidemark_ingest_disk_low', '1 while senders are refused because too little is free.', () => (disk.low === null ? 0 : 1));
}
