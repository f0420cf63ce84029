import { prng } from '@tidemark/base';
import { snappy } from '@tidemark/base/testing';
import { isStaleAt } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { LABEL_VALUE_BYTES_MAX, LABELS_PER_SERIES_MAX } from '../limits.ts';
import { seriesOf } from '../scrape/recording.ts';
import type { DecodedSamples } from './incoming-columns.ts';
import { RemoteWrite1Decoder } from './remote-write-1.ts';
import { RemoteWrite2Decoder } from './remote-write-2.ts';
import { RemoteWriteDecoder } from './remote-write-decoder.ts';
import { StringCache } from './string-cache.ts';
import { bitsOf, writeRequest1, writeRequest2 } from './testing/remote-write-schema.ts';

const STALE_BITS = 0x7ff0000000000002n;
const NOW = 1_700_000_000_000n;

const HISTOGRAM = {
  countInt: 3n,
  schema: 1,
  zeroCountInt: 1n,
  positiveSpans: [{ offset: 3, length: 2 }],
  positiveDeltas: [1n, 0n],
  timestamp: NOW,
};

type Pairs = readonly (readonly [string, string])[];

/** One for all tests: what it has seen before must change no answer. */
const usual1 = new RemoteWriteDecoder('1.0');
const usual2 = new RemoteWriteDecoder('2.0');
const asSent = (message: Buffer) => Buffer.from(snappy.compress(message));

/** The same series in both versions: what is true of one is true of the other. */
const VERSIONS = [
  {
    name: '1.0',
    decode: (series: readonly Pairs[], bits = bitsOf(1), timestamp = NOW) =>
      samplesOf(
        new RemoteWrite1Decoder(new StringCache()).decode(
          writeRequest1({
            timeseries: series.map((pairs) => ({
              labels: pairs.map(([name, value]) => ({ name, value })),
              samples: [{ bits, timestamp }],
            })),
          }),
        ),
      ),
  },
  {
    name: '1.0 as sent',
    decode: (series: readonly Pairs[], bits = bitsOf(1), timestamp = NOW) => {
      const timeseries = series.map((pairs) => ({
        labels: pairs.map(([name, value]) => ({ name, value })),
        samples: [{ bits, timestamp }],
      }));
      return samplesOf(usual1.decode(asSent(writeRequest1({ timeseries }))));
    },
  },
  {
    name: '2.0',
    decode: (series: readonly Pairs[], bits = bitsOf(1), timestamp = NOW) => {
      const symbols = [...new Set(['', ...series.flat(2)])];
      const timeseries = series.map((pairs) => ({
        labelsRefs: pairs.flat().map((text) => symbols.indexOf(text)),
        samples: [{ bits, timestamp }],
      }));
      return samplesOf(new RemoteWrite2Decoder(new StringCache()).decode(writeRequest2({ symbols, timeseries })));
    },
  },
  {
    name: '2.0 as sent',
    decode: (series: readonly Pairs[], bits = bitsOf(1), timestamp = NOW) => {
      const symbols = [...new Set(['', ...series.flat(2)])];
      const timeseries = series.map((pairs) => ({
        labelsRefs: pairs.flat().map((text) => symbols.indexOf(text)),
        samples: [{ bits, timestamp }],
      }));
      return samplesOf(usual2.decode(asSent(writeRequest2({ symbols, timeseries }))));
    },
  },
];

function samplesOf(decoded: { readonly kind: string }): DecodedSamples {
  expect(decoded).toMatchObject({ kind: 'samples' });
  return decoded as DecodedSamples;
}

const GOOD: Pairs = [
  ['__name__', 'up'],
  ['job', 'node'],
];

for (const { name, decode } of VERSIONS) {
  test(`${name}: labels come sorted, empty ones are none, any UTF-8 is a name`, () => {
    const { batch, refused } = decode([
      GOOD,
      [
        ['job', 'node'],
        ['__name__', 'up'],
        ['empty', ''],
      ],
      [
        ['__name__', 'größe.in bytes'],
        ['über label', '\u{1f600}'],
      ],
    ]);
    expect(refused).toBeNull();
    expect(seriesOf(batch).map((labels) => labels.pairs)).toEqual([
      ['__name__', 'up', 'job', 'node'],
      ['__name__', 'up', 'job', 'node'],
      ['__name__', 'größe.in bytes', 'über label', '\u{1f600}'],
    ]);
  });

  test(`${name}: a bad series is named and refused, the good ones stay`, () => {
    const bad: readonly (readonly [Pairs, string])[] = [
      [[['job', 'x']], 'has no name'],
      [[...GOOD, ['job', 'again']], '"job" is given twice'],
      [[...GOOD, ['', 'x']], 'a label has no name'],
      [[...GOOD, ['long', 'x'.repeat(LABEL_VALUE_BYTES_MAX + 1)]], 'longer than'],
      [[...GOOD, ...Array.from({ length: LABELS_PER_SERIES_MAX }, (_, i) => [`l${i}`, 'x'] as const)], 'labels, '],
    ];
    for (const [pairs, words] of bad) {
      const { batch, refused } = decode([GOOD, pairs, [['__name__', 'down']]]);
      expect(seriesOf(batch).map(String)).toEqual(['up{job="node"}', 'down']);
      expect([...batch.timesMs]).toEqual([Number(NOW), Number(NOW)]);
      expect(refused).toMatchObject({ series: 1, samples: 1, firstReason: expect.stringContaining(words) });
      expect(refused?.firstReason).toContain('job=');
    }
  });

  test(`${name}: values keep their bits, times their sign`, () => {
    for (const bits of [STALE_BITS, 0x7ff8000000000001n, 0x8000000000000000n, 0n, bitsOf(Number.NEGATIVE_INFINITY)]) {
      const { batch } = decode([GOOD], bits, -5n);
      expect(new BigUint64Array(batch.values.slice().buffer)[0]).toBe(bits);
      expect(batch.timesMs[0]).toBe(-5);
      expect(isStaleAt(batch.values, 0)).toBe(bits === STALE_BITS);
    }
  });

  test(`${name}: a time that nothing can hold is refused`, () => {
    for (const timestamp of [2n ** 62n, -(2n ** 62n), 2n ** 51n]) {
      const { batch, refused } = decode([GOOD], bitsOf(1), timestamp);
      expect(seriesOf(batch)).toEqual([]);
      expect(refused?.firstReason).toBe('series up{job="node"}: a timestamp is out of range');
    }
  });
}

test('series of a steady sender keep their numbers, in any order', () => {
  const decoders = [new RemoteWriteDecoder('1.0'), new RemoteWriteDecoder('2.0')];
  const names = ['a', 'b', 'c', 'd'];
  const bodies = (order: readonly string[]) => [
    asSent(
      writeRequest1({
        timeseries: order.map((value) => ({ labels: [{ name: '__name__', value }], samples: [{ bits: 0n, timestamp: NOW }] })),
      }),
    ),
    asSent(
      writeRequest2({
        symbols: ['', '__name__', ...order],
        timeseries: order.map((_, i) => ({ labelsRefs: [1, 2 + i], samples: [{ bits: 0n, timestamp: NOW }] })),
      }),
    ),
  ];
  decoders.forEach((decoder, i) => {
    const { table } = samplesOf(decoder.decode(bodies(names)[i])).batch;
    for (const order of [names, ['d', 'b', 'a', 'c'], ['a'], names]) {
      const { batch } = samplesOf(decoder.decode(bodies(order)[i]));
      expect(batch.table).toBe(table);
      expect([...batch.numbers]).toEqual(order.map((name) => names.indexOf(name)));
      expect(seriesOf(batch).map(({ name }) => name)).toEqual(order);
    }
  });
});

test('metadata is taken; histograms that have counted nothing are histograms', () => {
  const one = samplesOf(
    new RemoteWrite1Decoder(new StringCache()).decode(
      writeRequest1({
        timeseries: [
          {
            labels: [{ name: '__name__', value: 'h' }],
            histograms: [{ timestamp: NOW }, { timestamp: NOW + 1n }],
          },
        ],
        metadata: [{ type: 1, family: 'requests', help: 'Requests.', unit: 'requests' }],
      }),
    ),
  );
  expect(one).toMatchObject({ histograms: 2 });
  expect(one.batch.metadata).toEqual([{ family: 'requests', type: 'counter', help: 'Requests.', unit: 'requests' }]);

  const symbols = ['', '__name__', 'seconds_bucket', 'le', '1', '2', 'How long.', 'seconds'];
  const metadata = { type: 3, helpRef: 6, unitRef: 7 };
  const two = samplesOf(
    new RemoteWrite2Decoder(new StringCache()).decode(
      writeRequest2({
        symbols,
        timeseries: [4, 5].map((le) => ({
          labelsRefs: [1, 2, 3, le],
          samples: [{ bits: 0n, timestamp: NOW }],
          metadata,
        })),
      }),
    ),
  );
  expect(two.batch.metadata).toEqual([{ family: 'seconds', type: 'histogram', help: 'How long.', unit: 'seconds' }]);
});

test.each(['1.0', '2.0'] as const)('%s: exemplars are taken with the labels of their series, in order, also without samples', (version) => {
  const bucket = (le: string) => [
    { name: 'le', value: le },
    { name: '__name__', value: 'seconds_bucket' },
  ];
  const traces = (name: string, value: string) => [{ name, value }];
  const sent = [
    { labels: bucket('1'), exemplars: [{ labels: traces('trace_id', 'a'), value: 0.5, timestamp: NOW }] },
    { labels: bucket('2'), samples: [{ bits: bitsOf(7), timestamp: NOW }] },
    {
      labels: bucket('+Inf'),
      samples: [{ bits: bitsOf(7), timestamp: NOW }],
      exemplars: [
        { labels: [], value: Number.NaN, timestamp: NOW - 1n },
        { labels: traces('trace_id', 'x'.repeat(128)), value: 1, timestamp: NOW },
        { labels: traces('trace_id', 'b'), value: 1, timestamp: 2n ** 60n },
        { labels: traces('trace_id', 'c'), value: 3, timestamp: NOW },
      ],
    },
    { labels: [{ name: 'le', value: 'no metric name' }], exemplars: [{ labels: traces('trace_id', 'd'), value: 1, timestamp: NOW }] },
  ];
  const symbols = [
    '',
    '__name__',
    'seconds_bucket',
    'le',
    '1',
    '2',
    '+Inf',
    'trace_id',
    'a',
    'x'.repeat(128),
    'b',
    'c',
    'd',
    'no metric name',
  ];
  const refs = (labels: readonly { name: string; value: string }[]) =>
    labels.flatMap(({ name, value }) => [name, value].map((text) => symbols.indexOf(text)));
  const timeseries = sent.map(({ labels, exemplars = [], ...rest }) => ({
    ...rest,
    labelsRefs: refs(labels),
    exemplars: exemplars.map((each) => ({ ...each, labelsRefs: refs(each.labels) })),
  }));
  const message = version === '1.0' ? writeRequest1({ timeseries: sent }) : writeRequest2({ symbols, timeseries });
  const decoded = samplesOf(new RemoteWriteDecoder(version).decode(asSent(message)));
  expect(decoded.exemplars).toBe(6);
  expect(decoded.batch.exemplars?.map(({ series, labels, timeMs, value }) => [`${series}`, `${labels}`, timeMs, value])).toEqual([
    ['seconds_bucket{le="1"}', '{trace_id="a"}', Number(NOW), 0.5],
    ['seconds_bucket{le="+Inf"}', '{}', Number(NOW) - 1, Number.NaN],
    ['seconds_bucket{le="+Inf"}', '{trace_id="c"}', Number(NOW), 3],
  ]);
  expect(decoded.batch.numbers).toHaveLength(2);
});

test('whatever the bytes are, the answer is samples or a refusal', () => {
  const random = prng(21);
  const timeseries = [
    {
      labels: [
        { name: '__name__', value: 'up' },
        { name: 'job', value: 'ü' },
      ],
      samples: [
        { bits: bitsOf(1), timestamp: NOW },
        { bits: bitsOf(2), timestamp: -1n },
      ],
    },
    { labels: [{ name: '__name__', value: 'down' }], samples: [{ bits: bitsOf(3), timestamp: NOW }], histograms: [HISTOGRAM] },
  ];
  const goods = [
    {
      decoder: new RemoteWrite1Decoder(new StringCache()),
      good: writeRequest1({ timeseries, metadata: [{ type: 2, family: 'up', help: 'h', unit: '' }] }),
    },
    {
      decoder: new RemoteWrite2Decoder(new StringCache()),
      good: writeRequest2({
        symbols: ['', '__name__', 'up', 'job', 'x'],
        timeseries: [
          { labelsRefs: [1, 2, 3, 4], samples: [{ bits: bitsOf(1), timestamp: NOW }], metadata: { type: 1, helpRef: 4, unitRef: 0 } },
          { labelsRefs: [1, 4], samples: [{ bits: bitsOf(1), timestamp: -NOW }] },
        ],
      }),
    },
  ];
  const kinds = new Set<string>();
  for (let round = 0; round < 6000; round++) {
    const { decoder, good } = random.pick(goods);
    const bad = Buffer.from(good.subarray(0, random.chance(0.3) ? random.int(0, good.length) : good.length));
    for (let i = random.int(0, 5); i > 0 && bad.length > 0; i--) bad[random.int(0, bad.length)] = random.bits();
    const decoded = decoder.decode(bad);
    kinds.add(decoded.kind);
    if (decoded.kind === 'samples') {
      expect(decoded.batch.numbers.length).toBe(decoded.batch.timesMs.length);
      expect(decoded.batch.numbers.length).toBe(decoded.batch.values.length);
    }
  }
  expect([...kinds].sort()).toEqual(['malformed', 'samples']);
  for (const { decoder, good } of goods) expect(samplesOf(decoder.decode(good)).refused).toBeNull();
});
