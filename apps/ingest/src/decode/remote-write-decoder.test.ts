import { type Prng, prng } from '@tidemark/base';
import { ManualClock, snappy } from '@tidemark/base/testing';
import { STALE_HIGH, STALE_LOW } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { SAMPLES_PER_REQUEST_MAX, SAMPLES_PER_SERIES_MAX, SERIES_ENDED_MS, SERIES_SPARE } from '../limits.ts';
import { RemoteWrite1Decoder } from './remote-write-1.ts';
import { RemoteWrite2Decoder } from './remote-write-2.ts';
import { type DecodedBody, decodePlain, RemoteWriteDecoder } from './remote-write-decoder.ts';
import { StringCache } from './string-cache.ts';
import { bitsOf, writeRequest1, writeRequest2 } from './testing/remote-write-schema.ts';

const NOW = 1_700_000_000_000n;
const STALE = (BigInt(STALE_HIGH) << 32n) | BigInt(STALE_LOW);
const VALUES = [0, -0, 1, 0.1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, 2 ** 53].map(bitsOf).concat(STALE);
const TIMES = [NOW, NOW + 1n, 0n, -1n, 1n, 2n ** 51n - 1n, 2n ** 51n, -(2n ** 63n), 2n ** 41n, 2n ** 42n, 2n ** 35n];

/** All of an answer as text, bits included. */
function shown(decoded: DecodedBody): unknown {
  if (decoded.kind !== 'samples') return decoded;
  const { table, numbers, timesMs, values, metadata } = decoded.batch;
  const bits = new BigUint64Array(values.buffer, values.byteOffset, values.length);
  const samples = Array.from(numbers, (number, i) => `${table.labels(number).key} ${timesMs[i]} ${bits[i]}`);
  return { ...decoded, batch: { samples, metadata } };
}

const VERSIONS = ['1.0', '2.0'] as const;
type Version = (typeof VERSIONS)[number];
const plain = (version: Version, body: Buffer) =>
  decodePlain(body, version === '1.0' ? new RemoteWrite1Decoder(new StringCache()) : new RemoteWrite2Decoder(new StringCache()));
const asSent = (message: Uint8Array) => Buffer.from(snappy.compress(message));

function randomLabels(random: Prng): Label[] {
  const names = ['__name__', 'instance', 'job', 'le', 'ü', ''];
  const values = ['up', 'a', 'b', '', 'x'.repeat(200), 'größe', 'node-1.example.org:9100', '12345678', '123456789012345'];
  const count = random.int(0, 6);
  const labels = Array.from({ length: count }, (_, i) => ({ name: names[i], value: random.pick(values) }));
  return random.chance(0.05) ? [...labels, { name: random.pick(names), value: 'z' }] : labels;
}

type Label = { name: string; value: string };

function randomRequest(version: Version, random: Prng, known: Label[][]): Buffer {
  const timeseries = Array.from({ length: random.int(0, 12) }, () => {
    const labels = random.chance(0.8) && known.length > 0 ? random.pick(known) : randomLabels(random);
    if (known.length < 40) known.push(labels);
    const sample = () => ({
      bits: random.pick(VALUES),
      timestamp: random.chance(0.9) ? NOW + BigInt(random.int(0, 9)) : random.pick(TIMES),
    });
    return {
      labels,
      samples: Array.from({ length: random.pick([0, 1, 1, 1, 3]) }, sample),
      histograms: random.chance(0.05) ? [{ countInt: BigInt(random.int(0, 2)), timestamp: NOW }] : [],
      exemplars: random.chance(0.05) ? [{ value: 1, timestamp: NOW, labels: [], labelsRefs: [random.int(0, 4)] }] : [],
    };
  });
  if (version === '1.0') {
    return writeRequest1({ timeseries, metadata: random.chance(0.05) ? [{ type: 1, family: 'up', help: 'h', unit: '' }] : [] });
  }
  const texts = ['', 'How long.', 'seconds', ...timeseries.flatMap(({ labels }) => labels.flatMap(({ name, value }) => [name, value]))];
  const symbols = random.chance(0.98) ? [...new Set(texts)] : texts.slice(1);
  const wrong = () => (random.chance(0.003) ? random.int(0, 60) : 0);
  return writeRequest2({
    symbols,
    timeseries: timeseries.map(({ labels, ...rest }) => ({
      ...rest,
      labelsRefs: labels.flatMap(({ name, value }) => [symbols.indexOf(name) + wrong(), symbols.indexOf(value) + wrong()]),
      metadata: random.chance(0.5) ? { type: random.int(0, 9), helpRef: random.int(0, 3), unitRef: random.int(0, 3) + wrong() } : undefined,
    })),
  });
}

function damaged(bytes: Buffer, random: Prng): Buffer {
  const bad = Buffer.from(bytes.subarray(0, random.chance(0.3) ? random.int(0, bytes.length + 1) : bytes.length));
  for (let i = random.int(0, 4); i > 0 && bad.length > 0; i--) bad[random.int(0, bad.length)] = random.bits();
  return bad;
}

test.each(VERSIONS)('%s: whatever is sent, the answer is the plain decoder’s, bit for bit', (version) => {
  const kinds = new Map<string, number>();
  for (let seed = 1; seed <= 40; seed++) {
    const random = prng(seed);
    const decoder = new RemoteWriteDecoder(version);
    const known: Label[][] = [];
    let last = randomRequest(version, random, known);
    for (let round = 0; round < 100; round++) {
      // The same order again is what the kernel predicts; damage on either side of the compression is what it must leave.
      if (random.chance(0.6)) last = randomRequest(version, random, known);
      const message = random.chance(0.3) ? damaged(last, random) : last;
      const body = random.chance(0.1) ? damaged(asSent(message), random) : asSent(message);
      const answer = shown(decoder.decode(body));
      expect(answer, `seed ${seed}, round ${round}`).toEqual(shown(plain(version, body)));
      const { kind } = answer as DecodedBody;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
  }
  expect(kinds.get('samples')).toBeGreaterThan(1000);
  expect(kinds.get('malformed')).toBeGreaterThan(300);
});

test('long literals and copies of every distance are decompressed', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = prng(seed);
    const decoder = new RemoteWriteDecoder('1.0');
    // Label values whose repetitions are near and far, and noise that does not compress.
    const unit = Array.from({ length: random.int(1, 70) }, () => String.fromCharCode(random.int(32, 127))).join('');
    const noise = Array.from({ length: random.pick([10, 61, 300, 5000]) }, () => String.fromCharCode(random.int(32, 127))).join('');
    const value = (unit.repeat(random.int(1, 60)) + noise + unit).slice(0, 8000);
    const samples = [{ bits: 1n, timestamp: NOW }];
    const series = [value, noise, value].map((text, i) => ({
      labels: [
        { name: '__name__', value: `m${i}` },
        { name: 'x', value: text },
      ],
      samples,
    }));
    const body = asSent(writeRequest1({ timeseries: series }));
    expect(shown(decoder.decode(body)), `seed ${seed}`).toEqual(shown(plain('1.0', body)));
  }
});

test('too many samples of one series, and a body that claims to be large, are answered as ever', () => {
  const decoder = new RemoteWriteDecoder('1.0');
  const samples = Array.from({ length: SAMPLES_PER_SERIES_MAX + 1 }, (_, i) => ({ bits: 0n, timestamp: NOW + BigInt(i) }));
  const body = asSent(writeRequest1({ timeseries: [{ labels: [{ name: '__name__', value: 'up' }], samples }] }));
  const answer = decoder.decode(body);
  expect(answer).toMatchObject({ kind: 'samples', refused: { series: 1, samples: samples.length } });
  expect(shown(answer)).toEqual(shown(plain('1.0', body)));
  expect(decoder.decode(Buffer.from([0x80, 0x80, 0x80, 0x80, 0x0f, 0]))).toMatchObject({ kind: 'too_large' });
});

test('a request with too many samples is refused in words', () => {
  const samples = Array.from({ length: 80_000 }, () => ({ bits: 0n, timestamp: NOW }));
  const series = writeRequest1({ timeseries: [{ labels: [{ name: '__name__', value: 'up' }], samples }] });
  const bodyOf = (times: number) => asSent(Buffer.concat(Array.from({ length: times }, () => series)));
  const decoder = new RemoteWriteDecoder('1.0');
  expect(decoder.decode(bodyOf(6))).toMatchObject({ kind: 'samples' });
  expect(decoder.decode(bodyOf(7))).toEqual({
    kind: 'malformed',
    reason: `protobuf: more than ${SAMPLES_PER_REQUEST_MAX} samples in one request: send fewer at once`,
  });
});

test('ever new series do not fill it for ever', () => {
  const decoder = new RemoteWriteDecoder('1.0', { seriesMax: 100 });
  const request = (round: number) =>
    asSent(
      writeRequest1({
        timeseries: ['steady', `m${round}a`, `m${round}b`].map((value) => ({
          labels: [{ name: '__name__', value }],
          samples: [{ bits: BigInt(round), timestamp: NOW }],
        })),
      }),
    );
  for (let round = 0; round < 150; round++) {
    const answer = decoder.decode(request(round));
    expect(shown(answer)).toEqual(shown(plain('1.0', request(round))));
    expect(answer.kind === 'samples' && answer.batch.table.size).toBeLessThanOrEqual(103);
  }
});

test.each(VERSIONS)('%s: series are known again when tables have grown, whatever their order', (version) => {
  const random = prng(5);
  const decoder = new RemoteWriteDecoder(version);
  const names = Array.from({ length: 6_000 }, (_, i) => `m${i}`);
  const request = (some: readonly string[]) => {
    const symbols = ['', '__name__', ...some];
    const timeseries = some.map((value, i) => ({
      labels: [{ name: '__name__', value }],
      labelsRefs: [1, i + 2],
      samples: [{ bits: BigInt(i), timestamp: NOW }],
    }));
    return asSent(version === '1.0' ? writeRequest1({ timeseries }) : writeRequest2({ symbols, timeseries }));
  };
  for (let round = 0; round < 60; round++) {
    const from = random.int(0, names.length - 500);
    const some = names.slice(from, from + 500);
    const body = request(random.chance(0.5) ? some : some.reverse());
    expect(shown(decoder.decode(body)), `round ${round}`).toEqual(shown(plain(version, body)));
  }
});

test('series that nobody sends any more leave, and those that are sent stay', () => {
  const clock = new ManualClock(Number(NOW));
  const decoder = new RemoteWriteDecoder('1.0', { clock });
  const request = (names: readonly string[]) =>
    asSent(
      writeRequest1({
        timeseries: names.map((value) => ({ labels: [{ name: '__name__', value }], samples: [{ bits: 1n, timestamp: NOW }] })),
      }),
    );
  const steady = ['a', 'b', 'c'];
  let largest = 0;
  let newTables = 0;
  let table: object | null = null;
  for (let round = 0; round < 200; round++) {
    const answer = decoder.decode(request([...steady, ...Array.from({ length: 2_000 }, (_, i) => `m${round}_${i}`)]));
    if (answer.kind !== 'samples') throw new Error(answer.kind);
    if (answer.batch.table !== table) newTables++;
    table = answer.batch.table;
    largest = Math.max(largest, answer.batch.table.size);
    clock.advance(SERIES_ENDED_MS / 4);
  }
  expect(newTables).toBeGreaterThan(2);
  // Half as many again as of a period, what is spare, and the period in which more come.
  expect(largest).toBeLessThan(2.5 * 8_003 + SERIES_SPARE);
});

test.each(VERSIONS)('%s: ten minutes after most series have ended they are in no table, though no others have come', (version) => {
  const clock = new ManualClock(Number(NOW));
  const decoder = new RemoteWriteDecoder(version, { clock });
  const sizeAfter = (series: number) => {
    const values = Array.from({ length: series }, (_, i) => `m${i}`);
    const timeseries = values.map((value, i) => ({
      labels: [{ name: '__name__', value }],
      labelsRefs: [1, i + 2],
      samples: [{ bits: 1n, timestamp: NOW }],
    }));
    const message = version === '1.0' ? writeRequest1({ timeseries }) : writeRequest2({ symbols: ['', '__name__', ...values], timeseries });
    const answer = decoder.decode(asSent(message));
    return answer.kind === 'samples' ? answer.batch.table.size : answer.kind;
  };
  const series = SERIES_SPARE + 2_000;
  expect(sizeAfter(series)).toBe(series);
  clock.advance(SERIES_ENDED_MS - 1);
  expect(sizeAfter(1_000)).toBe(series);
  clock.advance(SERIES_ENDED_MS);
  expect(sizeAfter(1_000)).toBe(series);
  clock.advance(SERIES_ENDED_MS);
  expect(sizeAfter(1_000)).toBe(1_000);
});
