import type { FileLogEvent } from '@tidemark/log/file';
import { Counter, Gauge, type Registry } from 'prom-client';
import { type Durations, DurationsHistogram, type Tally, tallyCounter, tallyGauge } from '../tallies.ts';

/** What the way into the log tells of itself. */
export interface PublishMetrics {
  readonly samples: Tally;
  readonly records: Tally;
  readonly recordBytes: Tally;
  readonly refused: Tally;
  readonly durations: Durations;
  readonly waitingSamples: Tally;
}

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createPublishMetrics(registry: Registry): PublishMetrics {
  const counter = (name: string, help: string) => tallyCounter(registry, name, help);
  const durations = new DurationsHistogram(registry, {
    name: 'tidemark_ingest_publish_duration_seconds',
    help: 'From a batch being handed over until it was durable.',
    buckets: SECONDS,
  });
  return {
    samples: counter('tidemark_ingest_samples_total', 'Samples that are durable in the log.'),
    records: counter('tidemark_ingest_records_total', 'Records written to the log.'),
    recordBytes: counter('tidemark_ingest_record_bytes_total', 'Bytes of the records written to the log.'),
    refused: counter('tidemark_ingest_refused_samples_total', 'Samples that the log had no room for; their senders were told.'),
    durations: durations.of(),
    waitingSamples: tallyGauge(registry, 'tidemark_ingest_waiting_samples', 'Samples that wait for the log.'),
  };
}

/** The file log's own events as metrics. */
export function createLogMetrics(registry: Registry): (event: FileLogEvent) => void {
  const commits = new DurationsHistogram(registry, {
    name: 'tidemark_log_commit_duration_seconds',
    help: 'From taking the waiting records until all were on the disk.',
    buckets: SECONDS,
  }).of();
  const commitBytes = tallyCounter(registry, 'tidemark_log_committed_bytes_total', 'Bytes of the records committed.');
  const events = new Counter({
    name: 'tidemark_log_events_total',
    help: 'Torn tails, damage, refusals by the disk, dropped segments.',
    labelNames: ['kind'],
    registers: [registry],
  });
  return (event) => {
    if (event.kind !== 'committed') return events.inc({ kind: event.kind });
    commits.add(event.tookMs);
    commitBytes.count += event.bytes;
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
