import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ManualClock, snappy } from '@tidemark/base/testing';
import { RecordDecoder } from '@tidemark/log';
import { MemoryLog } from '@tidemark/log/memory';
import { bucketsOf, decodeHistogram, histogramsOf, Labels, type NativeHistogram } from '@tidemark/tsdb/model';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { LogPublisher } from '../publish/log-publisher.ts';
import { createPublishMetrics } from '../publish/metrics.ts';
import { RemoteWrite1Decoder } from './remote-write-1.ts';
import { RemoteWrite2Decoder } from './remote-write-2.ts';
import { decodePlain, RemoteWriteDecoder } from './remote-write-decoder.ts';
import { StringCache } from './string-cache.ts';
import { type PlainHistogram, type PlainSpan, readRequest1, readRequest2 } from './testing/remote-write-schema.ts';

/** What a real Prometheus sent; the whole way to a consumer of the log must give it back, bit for bit. */
const usual1 = new RemoteWriteDecoder('1.0');
const usual2 = new RemoteWriteDecoder('2.0');
const plain1 = new RemoteWrite1Decoder(new StringCache());
const plain2 = new RemoteWrite2Decoder(new StringCache());
const CAPTURES = [
  { name: '1.0', version: '1.0', decode: (body: Buffer) => usual1.decode(body), expected: expected1 },
  { name: '1.0, plain', version: '1.0', decode: (body: Buffer) => decodePlain(body, plain1), expected: expected1 },
  { name: '2.0', version: '2.0', decode: (body: Buffer) => usual2.decode(body), expected: expected2 },
  { name: '2.0, plain', version: '2.0', decode: (body: Buffer) => decodePlain(body, plain2), expected: expected2 },
];

for (const { name, version, decode, expected } of CAPTURES) {
  const file = `remote_write_${version}_prometheus_3.14.ndjson.gz`;
  for (const partitions of [1, 3]) {
    test(`${name}: what was sent comes back from a log of ${partitions}`, async () => {
      const clock = new ManualClock();
      const log = new MemoryLog({ partitions, clock });
      const metrics = createPublishMetrics(new Registry());
      const publisher = new LogPublisher({ log: log.writer(), clock, producer: new Uint8Array(8), metrics });
      const wanted: string[] = [];
      let histograms = 0;
      await Promise.all(
        requestsOf(file).map((body) => {
          wanted.push(...expected(Buffer.from(snappy.uncompress(body))));
          const decoded = decode(body);
          if (decoded.kind !== 'samples') throw new Error(decoded.kind);
          expect(decoded.refused).toBeNull();
          histograms += decoded.histograms;
          return publisher.publish({ tenant: 'default', ...decoded.batch });
        }),
      );
      await publisher.drain();
      const found = log.partitions.flatMap((partition, i) => linesOf(partition.records, `partition ${i}`));
      expect(found.length).toBeGreaterThan(10_000);
      expect(found.sort()).toEqual(wanted.sort());
      expect(histograms).toBeGreaterThan(300);
    });
  }
}

function requestsOf(file: string): Buffer[] {
  const path = new URL(`../../../../testdata/${file}`, import.meta.url);
  const lines = gunzipSync(readFileSync(path)).toString().trim().split('\n');
  return lines.map((line) => Buffer.from(JSON.parse(line).body, 'base64'));
}

function linesOf(records: readonly { readonly bytes: Uint8Array }[], name: string): string[] {
  const decoder = new RecordDecoder(name);
  return records.flatMap(({ bytes }, offset) => {
    const decoded = decoder.decode(bytes, offset);
    if (decoded.kind !== 'batch') throw new Error(decoded.kind);
    const histograms = decoded.batch.histograms?.map(decodeHistogram);
    return decoded.batch.groups.flatMap(({ timeMs, numbers, values }) => {
      const bits = new BigUint64Array(values.buffer, values.byteOffset, values.length);
      const marked = histogramsOf({ times: values, values, histograms });
      return Array.from(numbers, (number, i) => {
        const histogram = marked?.[i];
        return `${decoded.batch.table.labels(number)} ${timeMs} ${histogram === undefined ? bits[i] : inspect(histogram)}`;
      });
    });
  });
}

function expected1(bytes: Buffer): string[] {
  return readRequest1(bytes).timeseries.flatMap(({ labels, samples, histograms }) => {
    const series = Labels.from(labels.map(({ name, value }) => [name, value] as const));
    return [
      ...samples.map(({ bits, timestamp }) => `${series} ${timestamp} ${bits}`),
      ...histograms.map((each) => `${series} ${told(each)}`),
    ];
  });
}

function expected2(bytes: Buffer): string[] {
  const { symbols, timeseries } = readRequest2(bytes);
  return timeseries.flatMap(({ labelsRefs, samples, histograms }) => {
    const pairs = Array.from(
      { length: labelsRefs.length / 2 },
      (_, i) => [symbols[labelsRefs[i * 2]], symbols[labelsRefs[i * 2 + 1]]] as const,
    );
    const series = Labels.from(pairs);
    return [
      ...samples.map(({ bits, timestamp }) => `${series} ${timestamp} ${bits}`),
      ...histograms.map((each) => `${series} ${told(each)}`),
    ];
  });
}

/** By the message alone, which has integers throughout. */
function told(sent: PlainHistogram): string {
  const { timestamp, sumBits, countInt, zeroCountInt, schema, zeroThreshold, customValues, resetHint } = sent;
  if (sumBits === 0x7ff0000000000002n) return `${timestamp} ${sumBits}`;
  const buckets = (spans: readonly PlainSpan[], deltas: readonly bigint[]) => {
    const entries: [number, number][] = [];
    let index = 0;
    let count = 0;
    for (const { offset, length } of spans) {
      index += offset;
      for (let i = 0; i < length; i++) {
        count += Number(deltas[entries.length]);
        entries.push([index++, count]);
      }
    }
    return bucketsOf(entries);
  };
  const histogram: NativeHistogram = {
    schema,
    bounds: customValues,
    zeroThreshold,
    count: Number(countInt),
    zeroCount: Number(zeroCountInt),
    sum: new Float64Array(BigUint64Array.of(sumBits).buffer)[0],
    positive: buckets(sent.positiveSpans, sent.positiveDeltas),
    negative: buckets(sent.negativeSpans, sent.negativeDeltas),
    hint: (['unknown', 'reset', 'not_reset', 'gauge'] as const)[resetHint],
  };
  return `${timestamp} ${inspect(histogram)}`;
}

/** With its keys in one order. */
function inspect({ schema, bounds, zeroThreshold, zeroCount, count, sum, positive, negative, hint }: NativeHistogram): string {
  return JSON.stringify([schema, bounds, zeroThreshold, zeroCount, count, sum, [...positive], [...negative], hint]);
}
