import { isStaleAt } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { seriesOf } from '../scrape/recording.ts';
import { decodeJsonPush } from './json-push.ts';

const NOW = 1_700_000_000_000;

function decode(body: unknown) {
  return decodeJsonPush(typeof body === 'string' ? body : JSON.stringify(body), NOW);
}

test('samples, series and metadata', () => {
  const decoded = decode({
    samples: [
      { name: 'room_temperature', labels: { room: 'attic' }, value: 21.5 },
      { labels: { __name__: 'up' }, value: '+Inf', timeMs: 5 },
    ],
    series: [
      {
        name: 'door',
        labels: { room: 'attic' },
        points: [
          [1000, 0],
          [2000, 'NaN'],
          [3000, null],
        ],
      },
    ],
    metadata: [{ family: 'room_temperature', type: 'gauge', help: 'In the room.', unit: 'celsius' }],
  });
  if (decoded.kind !== 'samples') throw new Error(decoded.reason);
  expect(decoded.refused).toBeNull();
  expect(seriesOf(decoded.batch).map(String)).toEqual([
    'room_temperature{room="attic"}',
    'up',
    'door{room="attic"}',
    'door{room="attic"}',
    'door{room="attic"}',
  ]);
  expect([...decoded.batch.timesMs]).toEqual([NOW, 5, 1000, 2000, 3000]);
  expect([...decoded.batch.values]).toEqual([21.5, Number.POSITIVE_INFINITY, 0, Number.NaN, Number.NaN]);
  expect([3, 4].map((i) => isStaleAt(decoded.batch.values, i))).toEqual([false, true]);
  expect(decoded.batch.metadata).toEqual([{ family: 'room_temperature', type: 'gauge', help: 'In the room.', unit: 'celsius' }]);
});

test('what is not this JSON is refused whole, with the place', () => {
  const cases: [unknown, string][] = [
    ['{', 'JSON: '],
    ['[]', 'the body is not an object'],
    ['{}', 'none of'],
    [{ samples: 3 }, 'samples is not a list'],
    [{ samples: [{ name: 'a', value: 'x' }] }, 'samples[0]: the value must be'],
    [{ samples: [{ name: 'a' }] }, 'samples[0]: the value must be'],
    [{ samples: [{ name: 'a', value: 1, timeMs: 1.5 }] }, 'samples[0]: the time must be an integer'],
    [{ series: [{ name: 'a', points: [[1]] }] }, 'series[0].points[0] is not [time, value]'],
    [{ samples: [{ name: 'a', labels: { b: 1 }, value: 1 }] }, 'samples[0].labels.b is not a string'],
    [{ metadata: [{ family: 'a', type: 'meter' }] }, 'metadata[0].type must be one of'],
  ];
  for (const [body, words] of cases) expect(decode(body)).toMatchObject({ kind: 'malformed', reason: expect.stringContaining(words) });
});

test('a bad series is refused and named, the rest is kept', () => {
  const decoded = decode({
    samples: [
      { name: 'good', value: 1 },
      { labels: { a: 'b' }, value: 2 },
      { name: 'lone \ud800', value: 3 },
      { name: 'late', timeMs: 2 ** 52, value: 4 },
    ],
  });
  if (decoded.kind !== 'samples') throw new Error(decoded.reason);
  expect(seriesOf(decoded.batch).map(String)).toEqual(['good']);
  expect(decoded.refused).toEqual({ series: 3, samples: 3, firstReason: 'series {a="b"}: the metric has no name (label __name__)' });
});
