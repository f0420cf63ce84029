/**
 * How fast a request of 2,000 series becomes columns, by the plain decoder and by the kernel, and columns a record: a line for each
 * figure, name value unit spread.
 *
 *   node apps/ingest/src/decode/remote-write.bench.ts
 */
import { prng, systemClock } from '@tidemark/base';
import { snappy } from '@tidemark/base/testing';
import { RecordEncoder } from '@tidemark/log';
import { RemoteWrite1Decoder } from './remote-write-1.ts';
import { RemoteWrite2Decoder } from './remote-write-2.ts';
import { decodePlain, RemoteWriteDecoder } from './remote-write-decoder.ts';
import { StringCache } from './string-cache.ts';
import { bitsOf, writeRequest1, writeRequest2 } from './testing/remote-write-schema.ts';

const SERIES = 2000;
const ROUNDS = 9;
const ROUND_MS = 300;

const random = prng(1);
const labelled = Array.from({ length: SERIES }, (_, i) => [
  ['__name__', `node_metric_${i % 50}_seconds_total`],
  ['cluster', 'production'],
  ['cpu', String(i >> 5)],
  ['instance', `10.0.${i >> 8}.${i & 255}:9100`],
  ['job', 'node'],
  ['mode', ['idle', 'user', 'system', 'iowait'][i & 3]],
]);
const symbols = [...new Set(['', ...labelled.flat(2)])];
const numberOf = new Map(symbols.map((text, i) => [text, i]));

function body1(): Buffer {
  const timeseries = labelled.map((pairs) => ({ labels: pairs.map(([name, value]) => ({ name, value })), samples: [sample()] }));
  return Buffer.from(snappy.compress(writeRequest1({ timeseries })));
}

function body2(): Buffer {
  const timeseries = labelled.map((pairs) => ({ labelsRefs: pairs.flat().map((text) => numberOf.get(text)), samples: [sample()] }));
  return Buffer.from(snappy.compress(writeRequest2({ symbols, timeseries })));
}

function sample() {
  return { bits: bitsOf(random.next() * 1e6), timestamp: 1_700_000_000_000n };
}

/** Units of work per second of CPU, so that other load on the machine counts little: the median, and half the range as its share. */
function measure(name: string, unitsPerCall: number, unit: string, call: () => void): void {
  const rates: number[] = [];
  for (let round = -2; round < ROUNDS; round++) {
    const began = process.cpuUsage();
    let calls = 0;
    while (cpuMsSince(began) < ROUND_MS) {
      for (let i = 0; i < 20; i++) call();
      calls += 20;
    }
    if (round >= 0) rates.push((calls * unitsPerCall * 1000) / cpuMsSince(began));
  }
  rates.sort((a, b) => a - b);
  const median = rates[ROUNDS >> 1];
  console.log(`${name} ${median.toPrecision(4)} ${unit} ±${((50 * (rates[ROUNDS - 1] - rates[0])) / median).toFixed(1)}%`);
}

function cpuMsSince(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

for (const version of ['1.0', '2.0'] as const) {
  const body = version === '1.0' ? body1() : body2();
  const strings = new StringCache();
  const plain = version === '1.0' ? new RemoteWrite1Decoder(strings) : new RemoteWrite2Decoder(strings);
  measure(`ingest.plain_body_to_columns.${version}`, SERIES, 'samples/cpu_s', () => void decodePlain(body, plain));
  const decoder = new RemoteWriteDecoder(version);
  measure(`ingest.body_to_columns.${version}`, SERIES, 'samples/cpu_s', () => void decoder.decode(body));
  const encoder = new RecordEncoder({ producer: new Uint8Array(8), clock: systemClock });
  const decoded = decoder.decode(body);
  if (decoded.kind !== 'samples') throw new Error(decoded.kind);
  const samples = { tenant: 'default', columns: [decoded.batch], metadata: [] };
  measure(`ingest.columns_to_record.${version}`, SERIES, 'samples/cpu_s', () => void encoder.encode(samples));
}
