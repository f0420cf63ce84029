import { prng, systemClock } from '@tidemark/base';
import { expect, test } from 'vitest';
import { Labels } from '../model/labels.ts';
import { Matcher, matchesAll } from '../model/matcher.ts';
import { Pacer } from '../pacer.ts';
import { intersect, subtract, union } from './id-list.ts';
import { InMemoryPostings } from './in-memory.ts';
import { resolveMatchers } from './label-index.ts';

const SOURCES = ['', 'a', 'b', 'a|b', 'a|', '.*', '.+', 'a.*', '[ab]', '(a|b)c', 'c|d|', 'A', '.', 'ac|bc'];

test('matchers find what a scan of all series finds', async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = prng(seed);
    const postings = new InMemoryPostings();
    let series: { id: number; labels: Labels }[] = [];
    for (let id = 0; id < random.int(0, 120); id++) {
      const value = () => random.pick(['', 'a', 'b', 'c', 'ac', 'bc', 'd']);
      const labels = Labels.from({ __name__: random.pick(['up', 'x']), p: value(), q: value(), r: value() });
      series.push({ id, labels });
      postings.add(id, labels);
      if (!random.chance(0.05)) continue;
      const gone = series.filter(() => random.chance(0.3));
      const pairs = new Set(
        gone.flatMap(({ labels }) => labels.pairs.flatMap((name, i) => (i % 2 === 0 ? postings.pair(name, labels.pairs[i + 1])! : []))),
      );
      await postings.forget(
        Uint32Array.from(gone, ({ id }) => id),
        pairs,
        new Pacer(systemClock),
      );
      series = series.filter((each) => !gone.includes(each));
    }
    for (let round = 0; round < 40; round++) {
      const matchers = Array.from({ length: random.int(0, 4) }, () => {
        return new Matcher(random.pick(['p', 'q', 'r', '__name__', 'none']), random.pick(['=', '!=', '=~', '!~']), random.pick(SOURCES));
      });
      const expected = series.filter(({ labels }) => matchesAll(matchers, (name) => labels.get(name))).map(({ id }) => id);
      const labelsOf = (id: number) => series.find((each) => each.id === id)?.labels ?? Labels.EMPTY;
      for (const by of [undefined, labelsOf])
        expect([...(await resolveMatchers(postings, matchers, async () => {}, by))], `seed ${seed}: ${matchers}`).toEqual(expected);
    }
    expect([...postings.names()].sort()).toEqual([...new Set(series.flatMap(({ labels }) => [...labels].map(([name]) => name)))].sort());
    expect([...postings.values('q')].flatMap(({ values }) => values).sort()).toEqual(
      [...new Set(series.map(({ labels }) => labels.get('q')).filter((value) => value !== ''))].sort(),
    );
  }
});

const breathe = async () => {};

test('long id lists are sets', async () => {
  const random = prng(10);
  for (const spread of [30_000, 4_000_000_000]) {
    const list = () => Uint32Array.from(new Set(Array.from({ length: 10_000 }, () => random.int(0, spread)))).sort();
    const [a, b, c] = [list(), list(), list()];
    const inB = new Set(b);
    expect(await intersect(a, b, breathe)).toEqual(a.filter((id) => inB.has(id)));
    expect(await subtract(a, b, breathe)).toEqual(a.filter((id) => !inB.has(id)));
    expect(await union([a, b, c], breathe)).toEqual(Uint32Array.from(new Set([...a, ...b, ...c])).sort());
  }
});

test('id lists are sets', async () => {
  const random = prng(9);
  for (let round = 0; round < 300; round++) {
    const list = () =>
      Uint32Array.from(new Set(Array.from({ length: random.int(0, 40) }, () => random.int(0, random.pick([10, 60, 1000]))))).sort();
    const [a, b, c] = [list(), list(), list()];
    expect([...(await intersect(a, b, breathe))]).toEqual([...a].filter((id) => b.includes(id)));
    expect([...(await subtract(a, b, breathe))]).toEqual([...a].filter((id) => !b.includes(id)));
    expect([...(await union([a, b, c], breathe))]).toEqual([...new Set([...a, ...b, ...c])].sort((x, y) => x - y));
  }
});
