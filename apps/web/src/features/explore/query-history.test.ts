import { expect, test } from 'vitest';
import { decodeHistory, HISTORY_MAX, type PastQuery, remember, searchHistory } from './query-history.ts';

test('a query run again moves to the front and is kept once', () => {
  let history: readonly PastQuery[] = [];
  for (const [at, expr] of ['up', 'node_load1', ' up '].entries()) history = remember(history, expr, at);
  expect(history).toEqual([
    { expr: 'up', ranAtMs: 2 },
    { expr: 'node_load1', ranAtMs: 1 },
  ]);
});

test('empty queries are not remembered, and the oldest are forgotten', () => {
  let history = remember([], '  ', 0);
  expect(history).toEqual([]);
  for (let at = 0; at < HISTORY_MAX + 5; at++) history = remember(history, `m${at}`, at);
  expect(history).toHaveLength(HISTORY_MAX);
  expect(history[0]!.expr).toBe(`m${HISTORY_MAX + 4}`);
});

test('damaged storage is no history', () => {
  expect(decodeHistory(null)).toEqual([]);
  expect(decodeHistory('{')).toEqual([]);
  expect(decodeHistory('{"a":1}')).toEqual([]);
  expect(decodeHistory('[1, null, {"expr":"up"}, {"expr":"up","ranAtMs":5}]')).toEqual([{ expr: 'up', ranAtMs: 5 }]);
});

test('all words of the search must be in the expression', () => {
  const history = [
    { expr: 'rate(node_cpu_seconds_total[5m])', ranAtMs: 1 },
    { expr: 'node_load1', ranAtMs: 0 },
  ];
  expect(searchHistory(history, 'CPU rate').map((past) => past.expr)).toEqual(['rate(node_cpu_seconds_total[5m])']);
  expect(searchHistory(history, '')).toHaveLength(2);
});
