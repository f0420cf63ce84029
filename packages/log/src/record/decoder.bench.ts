/** `node --expose-gc packages/log/src/record/decoder.bench.ts`: records that announce series with eight labels, read and written. */
import { systemClock } from '@tidemark/base';
import { Labels, NamedSeries } from '@tidemark/tsdb/model';
import { RecordDecoder } from './decoder.ts';
import { RecordEncoder } from './encoder.ts';

const SERIES = 300_000;
/** Of one record: what four requests of a sender have. */
const SERIES_TOGETHER = 8_000;
const ROUNDS = 5;

const table = NamedSeries.of(
  Array.from({ length: SERIES }, (_, i) =>
    Labels.from({
      __name__: `node_metric_${i % 300}_total`,
      cluster: 'production',
      device: `dev${Math.floor(i / 300) % 4}`,
      instance: `host-${Math.floor(i / 1000)}.example.com:9100`,
      job: 'node',
      mode: `mode${i % 8}`,
      region: 'eu-central-1',
      team: `team-${Math.floor(i / 1000) % 12}`,
    }),
  ),
);

const written: number[] = [];
const read: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  let records: Uint8Array[] = [];
  globalThis.gc?.();
  written.push(
    nanosecondsOfSeries(() => {
      records = announceAll();
    }),
  );
  globalThis.gc?.();
  read.push(
    nanosecondsOfSeries(() => {
      const decoder = new RecordDecoder('bench');
      for (const [offset, record] of records.entries()) decoder.decode(record, offset);
    }),
  );
}
for (const [name, figures] of [
  ['record, a series announced: written', written],
  ['record, a series announced: read', read],
] as const) {
  const sorted = figures.toSorted((a, b) => a - b);
  const [least, median, most] = [0, Math.floor(ROUNDS / 2), ROUNDS - 1].map((i) => sorted[i].toFixed(0));
  console.log(`${name.padEnd(40)} ${median.padStart(8)} ns/series  [${least} .. ${most}]`);
}

function announceAll(): Uint8Array[] {
  const encoder = new RecordEncoder({ producer: new Uint8Array(8), clock: systemClock });
  const records: Uint8Array[] = [];
  for (let from = 0; from < SERIES; from += SERIES_TOGETHER) {
    const count = Math.min(SERIES_TOGETHER, SERIES - from);
    const columns = {
      table,
      numbers: Uint32Array.from({ length: count }, (_, i) => from + i),
      timesMs: new Float64Array(count).fill(1_700_000_000_000),
      values: new Float64Array(count),
    };
    const samples = { tenant: 'default', columns: [columns], metadata: [] };
    for (let at = 0; at < count; ) {
      const { bytes, to } = encoder.encode(samples, at);
      records.push(bytes);
      at = to;
    }
  }
  return records;
}

function nanosecondsOfSeries(work: () => void): number {
  const { user, system } = process.cpuUsage();
  work();
  const spent = process.cpuUsage({ user, system });
  return ((spent.user + spent.system) * 1000) / SERIES;
}
