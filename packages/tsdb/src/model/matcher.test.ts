import { prng } from '@tidemark/base';
import { RE2JS } from 're2js';
import { expect, test } from 'vitest';
import { Matcher } from './matcher.ts';
import { regexLiterals } from './regex-literals.ts';

const PIECES = [
  'a', 'b', 'ab', 'ba', '|', '|', '(', ')', '(?:', '.', '.*', '.+', 'a?', 'b*', 'a+', '[ab]', '[a-c]', '\\.', '\\d', 'a{2}', 'b{0,1}', '(?i)A', '^', '$', '()', '-', '🙂', 'é',
]; // biome-ignore format: one line each would be long
const LETTERS = ['a', 'b', 'c', 'A', '.', '-', '1', '🙂', 'é', '\n'];

test('whatever is known of an expression without running it agrees with the expression', () => {
  const known = { set: 0, prefix: 0, contains: 0 };
  for (let seed = 1; seed <= 3000; seed++) {
    const random = prng(seed);
    const source = Array.from({ length: random.int(0, 8) }, () => random.pick(PIECES)).join('');
    const literals = regexLiterals(source);
    let plain: RE2JS;
    try {
      plain = RE2JS.compile(source, RE2JS.DOTALL);
    } catch {
      expect(() => new Matcher('x', '=~', source), source).toThrow(SyntaxError);
      continue;
    }
    const matcher = new Matcher('x', '=~', source);
    const inverse = new Matcher('x', '!~', source);
    if (literals.set !== null) known.set++;
    if (literals.prefix !== '') known.prefix++;
    if (literals.contains !== '') known.contains++;
    const values = [
      ...(literals.set ?? []),
      ...Array.from({ length: 30 }, () => Array.from({ length: random.int(0, 6) }, () => random.pick(LETTERS)).join('')),
    ];
    for (const value of values) {
      const accepted = plain.matches(value);
      expect(matcher.matches(value), `${source} on ${JSON.stringify(value)}`).toBe(accepted);
      expect(inverse.matches(value)).toBe(!accepted);
      if (!accepted) continue;
      expect(value.startsWith(literals.prefix) && value.includes(literals.contains), source).toBe(true);
    }
  }
  expect(Math.min(known.set, known.prefix, known.contains)).toBeGreaterThan(100);
});

test.each([
  ['a|b|c', ['a', 'b', 'c'], '', ''],
  ['host-[1-3]', ['host-1', 'host-2', 'host-3'], 'host-', ''],
  ['(node|kube)_cpu(_total)?', ['node_cpu', 'node_cpu_total', 'kube_cpu', 'kube_cpu_total'], '', ''],
  ['host-12.*', null, 'host-12', 'host-12'],
  ['.*error.*', null, '', 'error'],
  ['10\\.0\\.1\\.\\d+:9100', null, '10.0.1.', '10.0.1.'],
  ['(web|worker)-.+', null, 'w', ''],
  ['(?i)host', null, '', ''],
])('%s is searched by its words', (source, set, prefix, contains) => {
  const found = regexLiterals(source);
  expect(found.set === null ? null : [...found.set].sort()).toEqual(set === null ? null : [...set].sort());
  expect(found.contains).toBe(contains);
  if (set === null) expect(found.prefix).toBe(prefix);
});

test('ten thousand hostile expressions are answered or refused, each in little time', () => {
  const value = 'a'.repeat(16);
  for (let seed = 1; seed <= 10_000; seed++) {
    const random = prng(seed);
    const inner = random.pick(['a', '(a*)*', '(a|aa)', '(a|a?)+', '.*', '[a-z]', '(?:a{1,50})', '\\pL', '(((a+)+)+)', 'a{2,99}']);
    const source = random.pick([
      `(${inner}+)+b`,
      `${inner}*${inner}*${inner}*c`,
      `${'('.repeat(random.int(1, 1500))}${inner}`,
      `${'('.repeat(random.int(1, 60))}${inner}${')'.repeat(random.int(1, 60))}`,
      `(${inner}){${random.int(1, 3000)}}`,
      `((${inner}){40}){40}`,
      `${inner}**`,
      `[${inner}`,
      inner.repeat(random.int(1, 20)),
    ]);
    try {
      new Matcher('x', '=~', source).matches(value);
    } catch (error) {
      expect(error).toBeInstanceOf(SyntaxError);
    }
  }
  expect(() => new Matcher('x', '=~', `.*${'a?'.repeat(20_000)}`)).toThrow(SyntaxError);
  const words = Array.from({ length: 20_000 }, (_, i) => `word-${i}`).join('|');
  expect(new Matcher('x', '=~', words).matches('word-19999')).toBe(true);
});
