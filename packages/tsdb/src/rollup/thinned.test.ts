import fc from 'fast-check';
import { expect, test } from 'vitest';
import { THINNED_MAX } from '../limits.ts';
import { Matcher } from '../model/matcher.ts';
import { mayTake, type PlainMatcher, spared, type Thinned, type Thinning, thinnedAfter, thinningOf } from './thinned.ts';

/** As `severity="critical"`, several with a comma between. */
function matchersOf(text: string): Matcher[] {
  const parts = [...text.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)];
  return parts.map(([, name, operator, value]) => new Matcher(name, operator as Matcher['operator'], value));
}

const leaves = (text: string) => ({ matchers: matchersOf(text), leaves: true });
const stays = (text: string) => ({ matchers: matchersOf(text), leaves: false });

const CRITICAL_STAYS: Thinning = { rules: [stays('severity="critical"')], others: true };
const DEBUG_LEAVES: Thinning = { rules: [leaves('level="debug"')], others: false };
const NAMED_LEAVES: Thinning = { rules: [leaves('__name__="debug_info"')], others: false };
const BOTH_STAY: Thinning = { rules: [stays('severity="critical",team="a"')], others: true };
const ORDERED: Thinning = { rules: [leaves('level="debug"'), stays('severity="critical"')], others: true };

test.each<[string, Thinning, selector: string, taken: boolean]>([
  ['the rule itself', CRITICAL_STAYS, 'severity="critical"', false],
  ['the rule and more', CRITICAL_STAYS, '__name__="up",severity="critical"', false],
  ['a list of which each fits', CRITICAL_STAYS, 'severity=~"critical"', false],
  ['a list of which one does not', CRITICAL_STAYS, 'severity=~"critical|warning"', true],
  ['anything', CRITICAL_STAYS, '__name__="up"', true],
  ['nothing', CRITICAL_STAYS, '', true],
  ['another value', CRITICAL_STAYS, 'severity="warning"', true],
  ['an expression that cannot be listed', CRITICAL_STAYS, 'severity=~"crit.*"', true],
  ['a part of the rule', BOTH_STAY, 'severity="critical"', true],
  ['all of the rule', BOTH_STAY, 'team="a",severity="critical"', false],
  ['what a rule takes', DEBUG_LEAVES, 'level="debug"', true],
  ['what it may take', DEBUG_LEAVES, '__name__="up"', true],
  ['another value than it takes', DEBUG_LEAVES, 'level="info"', false],
  ['all but what it takes', DEBUG_LEAVES, 'level!="debug"', false],
  ['an expression that refuses what it takes', DEBUG_LEAVES, 'level!~"de.*"', false],
  ['an expression that cannot fit', DEBUG_LEAVES, 'level=~"i.+"', false],
  ['without the label', DEBUG_LEAVES, 'level=""', false],
  ['another name', NAMED_LEAVES, '__name__="up"', false],
  ['the name', NAMED_LEAVES, '__name__="debug_info"', true],
  ['any name', NAMED_LEAVES, 'job="a"', true],
  ['a rule before may take some', ORDERED, 'severity="critical"', true],
  ['a rule before cannot fit', ORDERED, 'severity="critical",level="info"', false],
  ['the same condition, not a list', { rules: [stays('a=~"x.*"')], others: true }, 'a=~"x.*"', false],
])('may %s have gone', (_, thinning, selector, taken) => {
  expect(mayTake(thinning, matchersOf(selector))).toBe(taken);
});

const matcher = fc
  .tuple(fc.constantFrom('a', 'b'), fc.constantFrom('=', '!=', '=~', '!~'), fc.constantFrom('', 'x', 'y', 'x|y', 'x.*', '.+'))
  .map(([name, operator, value]): PlainMatcher => ({ name, operator: operator as Matcher['operator'], value }));
const rule = fc.record({ matchers: fc.array(matcher, { minLength: 1, maxLength: 2 }), leaves: fc.boolean() });

test('whatever has gone may have', () => {
  const values = ['', 'x', 'y', 'xz', 'z'];
  const series = values.flatMap((a) => values.map((b) => ({ a, b })));
  const fits = (one: Record<string, string>, all: readonly PlainMatcher[]) =>
    all.every(({ name, operator, value }) => new Matcher(name, operator, value).matches(one[name]));
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 3 }), fc.boolean(), fc.array(matcher, { maxLength: 3 }), (rules, others, selector) => {
      const isTaken = series.some((one) => fits(one, selector) && (rules.find((each) => fits(one, each.matchers))?.leaves ?? others));
      const asked = selector.map(({ name, operator, value }) => new Matcher(name, operator, value));
      const thinning = thinningOf({ rules, others });
      if (isTaken && thinning !== null) expect(mayTake(thinning, asked)).toBe(true);
      if (thinning === null) expect(rules.every((each) => each.leaves) && others).toBe(true);
    }),
    { seed: 1, numRuns: 5000 },
  );
});

const range = (fromMs: number, toMs: number) => ({ fromMs, toMs });
const plain = (thinning: Thinning) => thinningOf(thinning) as Thinning;

test('what has gone as a whole is not thinned any more, nor can it be', () => {
  const critical = plain(CRITICAL_STAYS);
  const once = thinnedAfter([], critical, [range(0, 4)], []);
  expect(once).toEqual([{ ...critical, ranges: [range(0, 4)] }]);
  const twice = thinnedAfter(once, critical, [range(4, 6)], [range(0, 4)]);
  expect(twice).toEqual([{ ...critical, ranges: [range(0, 6)] }]);
  const dropped = thinnedAfter(twice, null, [range(0, 2)], [range(0, 6)]);
  expect(dropped).toEqual([{ ...critical, ranges: [range(2, 6)] }]);
  expect(thinnedAfter(dropped, plain(DEBUG_LEAVES), [range(0, 3)], [range(0, 6)])).toEqual([
    { ...critical, ranges: [range(2, 6)] },
    { ...plain(DEBUG_LEAVES), ranges: [range(2, 3)] },
  ]);
});

test('of more thinnings than are told apart the one that was longest ago has taken everything', () => {
  const nth = (i: number): Thinning => ({ rules: [leaves(`a="${i}"`)], others: false });
  let thinned: readonly Thinned[] = [];
  for (let i = 0; i <= THINNED_MAX; i++) thinned = thinnedAfter(thinned, plain(nth(i)), [range(i, i + 2)], [range(0, i + 1)]);
  expect(thinned).toHaveLength(THINNED_MAX);
  expect(spared([range(THINNED_MAX + 2, 100)], thinned, [])).toEqual([range(2, 100)]);
});
