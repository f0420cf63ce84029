import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  askedQueries,
  decodeExplore,
  emptyExplore,
  encodeExplore,
  QUERIES_MAX,
  withExpr,
  withHidden,
  withQueryAdded,
  withQueryRemoved,
} from './explore-state.ts';

test('a link is short and readable', () => {
  const state = withHidden(withQueryAdded(withExpr(emptyExplore, 'A', 'up'), 'node_load1'), 'B', true);
  expect(encodeExplore({ ...state, tab: 'table', panel: 'metrics', resolution: '1h' }, new URLSearchParams('from=now-1h')).toString()).toBe(
    'from=now-1h&q=up&q=node_load1&off=B&tab=table&panel=metrics&res=1h&v=1',
  );
});

test('what stands in the link comes back', () => {
  const query = fc.record({ expr: fc.string({ unit: 'grapheme', minLength: 1 }), hidden: fc.boolean() });
  fc.assert(
    fc.property(
      fc.array(query, { minLength: 1, maxLength: QUERIES_MAX }),
      fc.constantFrom('chart' as const, 'table' as const),
      fc.constantFrom('auto' as const, 'raw' as const, '1h' as const),
      (queries, tab, resolution) => {
        const state = { queries: queries.map((one, at) => ({ ...one, id: String.fromCharCode(65 + at) })), tab, panel: null, resolution };
        const text = encodeExplore(state, new URLSearchParams()).toString();
        expect(decodeExplore(new URLSearchParams(text))).toEqual(state);
      },
    ),
  );
});

test('the empty state adds nothing to the address', () => {
  expect(encodeExplore(emptyExplore, new URLSearchParams()).toString()).toBe('');
  expect(decodeExplore(new URLSearchParams())).toEqual(emptyExplore);
});

test('a link of another version is not guessed at', () => {
  expect(decodeExplore(new URLSearchParams('v=2&q=up'))).toEqual(emptyExplore);
});

test('letters follow the places, and the last query cannot go', () => {
  const three = withQueryAdded(withQueryAdded(withExpr(emptyExplore, 'A', 'a'), 'b'), 'c');
  expect(withQueryRemoved(three, 'A').queries.map((query) => query.id + query.expr)).toEqual(['Ab', 'Bc']);
  expect(withQueryRemoved(emptyExplore, 'A')).toEqual(emptyExplore);
});

test('hidden and blank queries are not asked', () => {
  const state = withHidden(withQueryAdded(withQueryAdded(withExpr(emptyExplore, 'A', 'a'), 'b'), ' '), 'B', true);
  expect(askedQueries(state).map((query) => query.expr)).toEqual(['a']);
});
