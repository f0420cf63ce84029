import { CorruptionError, prng } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import {
  encodeHistogram,
  isMarkAt,
  Labels,
  markedNumber,
  markHigh,
  markLow,
  NamedSeries,
  type SampleBatch,
  sameBits,
  writeStaleAt,
} from '@tidemark/tsdb/model';
import { randomHistogram } from '@tidemark/tsdb/testing';
import { expect, test } from 'vitest';
import { EPOCH_MS_MAX } from '../limits.ts';
import { RecordDecoder } from './decoder.ts';
import { RecordEncoder, type RecordSamples } from './encoder.ts';
import { columnsOf } from './testing/columns-of.ts';

const NOW = 1_700_000_000_000;

function encoder(clock = new ManualClock(NOW), id = 1): RecordEncoder {
  return new RecordEncoder({ producer: new Uint8Array(8).fill(id), clock });
}

function samples(entries: readonly [Labels, number, number][], tenant = 'default'): RecordSamples {
  return {
    tenant,
    columns: [
      columnsOf(
        entries.map(([labels]) => labels),
        Float64Array.from(entries, ([, timeMs]) => timeMs),
        Float64Array.from(entries, ([, , value]) => value),
      ),
    ],
    metadata: [],
  };
}

/** Each sample as text, bits included, in no order. */
function asLines(tenant: string, series: readonly Labels[], timesMs: ArrayLike<number>, values: Float64Array): string[] {
  const bits = new BigUint64Array(values.buffer, values.byteOffset, values.length);
  return series.map((labels, i) => `${tenant} ${labels} ${timesMs[i]} ${bits[i].toString(16)}`);
}

function linesOf(batch: SampleBatch): string[] {
  return batch.groups.flatMap((group) => {
    const series = [...group.numbers].map((number) => batch.table.labels(number));
    return asLines(batch.tenant, series, new Array(series.length).fill(group.timeMs), group.values);
  });
}

function batchOf(decoder: RecordDecoder, bytes: Uint8Array, offset: number) {
  const decoded = decoder.decode(bytes, offset);
  expect(decoded.kind).toBe('batch');
  return decoded as typeof decoded & { kind: 'batch' };
}

const UP = Labels.from({ __name__: 'up', job: 'node' });
const DOWN = Labels.from({ __name__: 'down', job: 'node' });

/** A column of values and histograms, these by their numbers. */
function marked(values: readonly (number | { readonly histogram: number })[]): Float64Array {
  const column = Float64Array.from(values, (value) => (typeof value === 'number' ? value : 0));
  const words = new Uint32Array(column.buffer);
  for (const [i, value] of values.entries()) {
    if (typeof value !== 'number') words.set([markLow(value.histogram), markHigh(value.histogram)], 2 * i);
  }
  return column;
}

/** Where the ways to pack a value begin and end. */
const SPECIAL = [0, -0, 1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-320, 5e-324, 0.1, -1, -3.5, 1e300].concat(
  [8, 16, 24, 31, 32, 33, 40, 48, 52, 53].flatMap((bits) => [2 ** bits - 1, 2 ** bits, 2 ** bits + 1, 2 ** bits + 0.5]),
);

test('whatever goes in comes out, bit for bit', () => {
  const random = prng(11);
  const words = ['a', 'ü', '\u{1f600}', '\ufeffbom', '__name__', 'value with "quotes"', '\u0000', 'x'.repeat(300)];
  const pool = Array.from({ length: 60 }, (_, i) =>
    Labels.from(Array.from({ length: random.int(1, 6) }, () => [random.pick(words), `${random.pick(words)}${i}`] as const)),
  );
  const tenants = ['default', 'team-a', 'team-b'];
  for (let round = 0; round < 30; round++) {
    const clock = new ManualClock(NOW);
    const encode = encoder(clock);
    const decoder = new RecordDecoder('test');
    const tables = new Map<string, unknown>();
    for (let offset = 0; offset < 20; offset++) {
      if (random.chance(0.1)) clock.advance(EPOCH_MS_MAX);
      if (random.chance(0.05)) encode.restartEpoch();
      const count = random.int(0, 40);
      const bits = Uint32Array.from({ length: count * 2 }, () => random.bits());
      const values = new Float64Array(bits.buffer);
      for (let i = 0; i < count; i++) {
        if (random.chance(0.2)) values[i] = random.pick(SPECIAL);
        if (random.chance(0.1)) writeStaleAt(values, i);
      }
      const times = [NOW, NOW + 1, NOW - 5000, -1, 0, 2 ** 51 - 1, -(2 ** 51 - 1)].slice(0, random.int(1, 8));
      const series = Array.from({ length: count }, () => random.pick(pool));
      const timesMs = Float64Array.from({ length: count }, () => random.pick(times));
      const cuts = [0, random.int(0, count + 1), random.int(0, count + 1), count].sort((a, b) => a - b);
      const batch: RecordSamples = {
        tenant: random.pick(tenants),
        columns: cuts.slice(1).map((to, i) => {
          const from = cuts[i];
          return columnsOf(series.slice(from, to), timesMs.subarray(from, to), values.subarray(from, to));
        }),
        metadata: [{ family: `m${random.int(0, 3)}`, type: random.pick(['counter', 'gauge']), help: random.pick(words), unit: '' }],
        exemplars: Array.from({ length: random.int(0, 4) }, () => ({
          series: random.pick(pool),
          labels: random.chance(0.2) ? Labels.EMPTY : random.pick(pool),
          timeMs: random.pick(times),
          value: random.pick(SPECIAL),
        })),
      };
      const record = encode.encode(batch);
      expect(record.to).toBe(count);
      const { batch: decoded, origin, unknownSamples } = batchOf(decoder, record.bytes, offset);
      expect(linesOf(decoded).sort()).toEqual(asLines(batch.tenant, series, timesMs, values).sort());
      expect(unknownSamples).toBe(0);
      expect(decoded.exemplars).toEqual(batch.exemplars);
      expect(decoded.acceptedAtMs).toBe(clock.now());
      const epoch = `${origin.epochOffset} ${batch.tenant}`;
      expect(tables.get(epoch) ?? decoded.table).toBe(decoded.table);
      tables.set(epoch, decoded.table);
      expect(new Set(decoded.groups.map(({ timeMs }) => timeMs)).size).toBe(decoded.groups.length);
    }
  }
});

test('a series is announced once, metadata told once, in an epoch', () => {
  const clock = new ManualClock(NOW);
  const encode = encoder(clock);
  const batch = { ...samples([[UP, NOW, 1]]), metadata: [{ family: 'up', type: 'gauge', help: 'Is it?', unit: '' } as const] };
  const decoder = new RecordDecoder('test');
  const first = encode.encode(batch).bytes;
  const second = encode.encode(batch).bytes;
  expect(second.length).toBeLessThan(first.length - 30);
  expect(batchOf(decoder, first, 0).batch.metadata).toEqual(batch.metadata);
  expect(batchOf(decoder, second, 1).batch.metadata).toEqual([]);
  clock.advance(EPOCH_MS_MAX);
  const third = batchOf(decoder, encode.encode(batch).bytes, 2);
  expect(third.batch.metadata).toEqual(batch.metadata);
  expect(third.origin).toMatchObject({ offset: 2, epochOffset: 2 });
});

function linesOfEntries(entries: readonly [Labels, number, number][]): string[] {
  return asLines(
    'default',
    entries.map(([labels]) => labels),
    entries.map(([, timeMs]) => timeMs),
    Float64Array.from(entries, ([, , value]) => value),
  );
}

test('a large batch becomes several records', () => {
  const encode = encoder();
  const entries = Array.from({ length: 50_000 }, (_, i): [Labels, number, number] => [
    Labels.from({ __name__: 'up', instance: `host-${i}.example.org` }),
    NOW,
    i,
  ]);
  const batch = samples(entries);
  const decoder = new RecordDecoder('test');
  const lines: string[] = [];
  let records = 0;
  for (let from = 0; from < entries.length; records++) {
    const record = encode.encode(batch, from);
    expect(record.to).toBeGreaterThan(from);
    expect(record.bytes.length).toBeLessThan(1024 * 1024);
    lines.push(...linesOf(batchOf(decoder, record.bytes, records).batch));
    from = record.to;
  }
  expect(records).toBeGreaterThan(1);
  expect(lines.sort()).toEqual(linesOfEntries(entries).sort());
});

test('a repeated record is dropped, one from before the first read epoch is unreadable', () => {
  const encode = encoder();
  const first = encode.encode(samples([[UP, NOW, 1]])).bytes;
  const second = encode.encode(samples([[UP, NOW, 2]])).bytes;
  encode.restartEpoch();
  const third = encode.encode(samples([[UP, NOW, 3]])).bytes;
  const decoder = new RecordDecoder('test');
  expect(decoder.decode(second, 0).kind).toBe('unreadable');
  expect(['batch', 'repeated', 'batch', 'repeated', 'batch', 'repeated', 'repeated']).toEqual(
    [first, first, second, second, third, second, third].map((bytes, i) => decoder.decode(bytes, i).kind),
  );
});

test('a lost record costs its samples and those of what it announced, until the epoch ends', () => {
  const encode = encoder();
  const decoder = new RecordDecoder('test');
  batchOf(decoder, encode.encode(samples([[UP, NOW, 1]])).bytes, 0);
  encode.encode(samples([[DOWN, NOW, 1]])); // Never arrives.
  const later = Labels.from({ __name__: 'later', job: 'other' });
  const leaning = Labels.from({ __name__: 'down', job: 'other' }); // Its name is a string that the lost record announced.
  const { batch, unknownSamples } = batchOf(
    decoder,
    encode.encode(
      samples([
        [UP, NOW, 2],
        [DOWN, NOW, 2],
        [later, NOW, 2],
        [leaning, NOW, 2],
      ]),
    ).bytes,
    2,
  );
  expect(linesOf(batch)).toEqual([...asLines('default', [UP, later], [NOW, NOW], Float64Array.of(2, 2))]);
  expect(unknownSamples).toBe(2);
  encode.restartEpoch();
  const next = batchOf(decoder, encode.encode(samples([[DOWN, NOW, 3]])).bytes, 3);
  expect(next.unknownSamples).toBe(0);
  expect(next.batch.groups[0].values[0]).toBe(3);
});

test('an exemplar whose series leans on a lost record is left out', () => {
  const encode = encoder();
  const decoder = new RecordDecoder('test');
  batchOf(decoder, encode.encode(samples([[UP, NOW, 1]])).bytes, 0);
  encode.encode(samples([[DOWN, NOW, 1]])); // Never arrives.
  const exemplars = [DOWN, UP].map((series) => ({ series, labels: Labels.from({ t: '1' }), timeMs: NOW, value: 1 }));
  const { batch } = batchOf(decoder, encode.encode({ ...samples([]), exemplars }).bytes, 2);
  expect(batch.exemplars).toEqual([exemplars[1]]);
});

test('an epoch whose first record is lost goes on with what is announced later', () => {
  const encode = encoder();
  const decoder = new RecordDecoder('test');
  encode.encode(samples([[UP, NOW, 1]])); // Lies where the log is damaged.
  decoder.lost(7);
  const later = Labels.from({ __name__: 'later', job: 'node' });
  const record = encode.encode(
    samples([
      [UP, NOW, 2],
      [DOWN, NOW, 2],
    ]),
  ).bytes;
  expect(batchOf(decoder, record, 8).unknownSamples).toBe(2); // Their names were announced there.
  const fresh = Labels.from({ alpha: 'beta', gamma: 'delta' });
  const next = decoder.decode(
    encode.encode(
      samples([
        [UP, NOW, 3],
        [later, NOW, 3],
        [fresh, NOW, 3],
      ]),
    ).bytes,
    9,
  );
  expect(next).toMatchObject({ kind: 'batch', unknownSamples: 2, origin: { epochOffset: 7 } });
  if (next.kind === 'batch') expect(linesOf(next.batch)).toEqual([...asLines('default', [fresh], [NOW], Float64Array.of(3))]);
});

test('a lost record is known to its tenant though another one comes before its next record', () => {
  const encode = encoder();
  const decoder = new RecordDecoder('test');
  batchOf(decoder, encode.encode(samples([[UP, NOW, 1]])).bytes, 0);
  encode.encode(samples([[DOWN, NOW, 1]])); // Never arrives.
  batchOf(decoder, encode.encode({ ...samples([[UP, NOW, 1]]), tenant: 'team-b' }).bytes, 2);
  const later = Labels.from({ __name__: 'later', job: 'other' });
  const { batch, unknownSamples } = batchOf(
    decoder,
    encode.encode(
      samples([
        [UP, NOW, 2],
        [DOWN, NOW, 2],
        [later, NOW, 2],
      ]),
    ).bytes,
    3,
  );
  expect(linesOf(batch)).toEqual([...asLines('default', [UP, later], [NOW, NOW], Float64Array.of(2, 2))]);
  expect(unknownSamples).toBe(1);
});

test('producers do not disturb each other', () => {
  const decoder = new RecordDecoder('test');
  const one = encoder(new ManualClock(NOW), 1);
  const two = encoder(new ManualClock(NOW), 2);
  const decoded = [
    one.encode(samples([[UP, NOW, 1]])),
    two.encode(samples([[DOWN, NOW, 2]])),
    one.encode(samples([[UP, NOW, 3]])),
    two.encode(samples([[DOWN, NOW, 4]])),
  ].map((record, offset) => batchOf(decoder, record.bytes, offset));
  expect(decoded.map(({ batch }) => `${batch.table.labels(0)}`)).toEqual([
    'up{job="node"}',
    'down{job="node"}',
    'up{job="node"}',
    'down{job="node"}',
  ]);
  expect(decoded[2].batch.table).toBe(decoded[0].batch.table);
});

test('damaged bytes are damage and nothing else, and change no table', () => {
  const random = prng(5);
  for (let round = 0; round < 400; round++) {
    const encode = encoder();
    const decoder = new RecordDecoder('test');
    batchOf(decoder, encode.encode(samples([[UP, NOW, 1]])).bytes, 0);
    const good = encode.encode({
      ...samples([
        [UP, NOW, 2],
        [DOWN, NOW + 1, 2],
      ]),
      metadata: [{ family: 'up', type: 'gauge', help: 'h', unit: '' }],
      exemplars: [{ series: UP, labels: Labels.from({ t: '1' }), timeMs: NOW, value: 1 }],
    }).bytes;
    const bad = good.slice(0, random.chance(0.3) ? random.int(0, good.length) : good.length);
    for (let i = random.int(0, 4); i > 0 && bad.length > 0; i--) bad[random.int(0, bad.length)] = random.bits();
    let kind = 'damage';
    try {
      kind = decoder.decode(bad, 1).kind;
    } catch (error) {
      expect(error).toBeInstanceOf(CorruptionError);
      expect((error as CorruptionError).file).toContain('record 1');
    }
    if (kind !== 'damage') continue;
    const { batch } = batchOf(decoder, good, 1);
    expect(linesOf(batch)).toEqual(asLines('default', [UP, DOWN], [NOW, NOW + 1], Float64Array.of(2, 2)));
  }
});

test('a stale marker is still one', () => {
  const values = new Float64Array(1);
  writeStaleAt(values, 0);
  const { batch } = batchOf(
    new RecordDecoder('test'),
    encoder().encode({ tenant: 'default', columns: [columnsOf([UP], Float64Array.of(NOW), values)], metadata: [] }).bytes,
    0,
  );
  expect(sameBits(batch.groups[0].values, values)).toBe(true);
});

test('of a series that has two samples of one time in a record, the first comes first', () => {
  const entries: [Labels, number, number][] = [
    [UP, NOW, 1],
    [DOWN, NOW, 2],
    [UP, NOW, 3],
    [UP, NOW + 1, 4],
  ];
  const { batch } = batchOf(new RecordDecoder('test'), encoder().encode(samples(entries)).bytes, 0);
  expect(linesOf(batch)).toEqual(linesOfEntries(entries));
});

test('a table that grows between batches is still known', () => {
  const encode = encoder();
  const decoder = new RecordDecoder('test');
  const table = NamedSeries.of([UP]);
  const send = (numbers: number[]) => {
    const columns = [
      {
        table,
        numbers: Uint32Array.from(numbers),
        timesMs: new Float64Array(numbers.length).fill(NOW),
        values: Float64Array.from(numbers),
      },
    ];
    return batchOf(decoder, encode.encode({ tenant: 'default', columns, metadata: [] }).bytes, 0).batch;
  };
  expect(linesOf(send([0]))).toHaveLength(1);
  for (let i = 0; i < 100; i++) {
    const added = Labels.from({ __name__: `m${i}` });
    table.addLabels(added);
    const batch = send([i + 1, 0]);
    expect([...batch.groups[0].numbers].map((number) => batch.table.labels(number))).toEqual([added, UP]);
  }
});

/** Each sample with what it is: a number, or a histogram's bytes. */
function samplesOf({ table, groups, histograms = [] }: SampleBatch): string[] {
  return groups.flatMap(({ timeMs, numbers, values }) => {
    const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
    return Array.from(numbers, (number, i) => {
      const what = isMarkAt(values, i) ? Buffer.from(histograms[markedNumber(words[2 * i + 1], words[2 * i])]).toString('hex') : values[i];
      return `${table.labels(number)} ${timeMs} ${what}`;
    });
  });
}

test('histograms go with their samples, however these are cut and grouped', () => {
  const random = prng(4);
  const series = Array.from({ length: 40 }, (_, i) => Labels.from({ __name__: 'latency', instance: `${i}` }));
  const encode = encoder();
  const decoder = new RecordDecoder('test');
  let offset = 0;
  for (let round = 0; round < 30; round++) {
    const histograms = Array.from({ length: random.int(1, 60) }, () => encodeHistogram(randomHistogram(random)));
    const count = random.int(1, 200);
    const values = Array.from({ length: count }, () =>
      random.chance(0.3) ? { histogram: random.int(0, histograms.length) } : random.next(),
    );
    const named = Array.from({ length: count }, () => random.pick(series));
    const timesMs = Float64Array.from({ length: count }, () => NOW + random.int(0, 3));
    const columns = [columnsOf(named, timesMs, marked(values))];
    const sent = values.map((value, i) => {
      const what = typeof value === 'number' ? value : Buffer.from(histograms[value.histogram]).toString('hex');
      return `${named[i]} ${timesMs[i]} ${what}`;
    });
    const read: string[] = [];
    for (let from = 0; from < count; ) {
      const record = encode.encode({ tenant: 'default', columns, metadata: [], histograms }, from);
      read.push(...samplesOf(batchOf(decoder, record.bytes, offset++).batch));
      from = record.to;
    }
    expect(read.sort()).toEqual(sent.sort());
  }
});

test('many large histograms become several records', () => {
  const histogram = { ...randomHistogram(prng(1)), schema: 0, bounds: [], negative: new Map() };
  const positive = new Map(Array.from({ length: 1000 }, (_, i) => [i, 2 ** 40] as const));
  const histograms = [encodeHistogram({ ...histogram, positive })];
  const columns = [
    columnsOf(
      new Array(900).fill(UP),
      Float64Array.from({ length: 900 }, (_, i) => i),
      marked(new Array(900).fill({ histogram: 0 })),
    ),
  ];
  const encode = encoder();
  let records = 0;
  for (let from = 0; from < 900; records++) {
    const { bytes, to } = encode.encode({ tenant: 'default', columns, metadata: [], histograms }, from);
    expect(bytes.length).toBeLessThan(1024 * 1024);
    from = to;
  }
  expect(records).toBeGreaterThan(5);
});

test('a record whose marks or histograms are not what they should be is damage, and nothing else', () => {
  const random = prng(6);
  for (let round = 0; round < 400; round++) {
    const histograms = [0, 1].map(() => encodeHistogram(randomHistogram(random)));
    const columns = [columnsOf([UP, DOWN, UP], Float64Array.of(NOW, NOW, NOW + 1), marked([{ histogram: 1 }, { histogram: 0 }, 7]))];
    const good = encoder().encode({ tenant: 'default', columns, metadata: [], histograms }).bytes;
    const bad = good.slice(0, random.chance(0.3) ? random.int(0, good.length) : good.length);
    for (let i = random.int(0, 4); i > 0 && bad.length > 0; i--) bad[random.int(0, bad.length)] = random.bits();
    try {
      const decoded = new RecordDecoder('test').decode(bad, 0);
      if (decoded.kind === 'batch') samplesOf(decoded.batch);
    } catch (error) {
      expect(error).toBeInstanceOf(CorruptionError);
    }
  }
});
