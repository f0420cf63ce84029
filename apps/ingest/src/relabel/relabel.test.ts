// biome-ignore-all lint/suspicious/noTemplateCurlyInString: relabeling's own templates
import { expect, test } from 'vitest';
import { relabel } from './relabel.ts';
import { compileRule, type RelabelRuleSource } from './rule.ts';

type Case = [what: string, labels: Record<string, string>, rules: RelabelRuleSource[], expected: Record<string, string> | null];

const cases: Case[] = [
  ['replace by the default expression', { a: 'foo' }, [{ source_labels: ['a'], target_label: 'd' }], { a: 'foo', d: 'foo' }],
  [
    'replace with captures of joined labels',
    { a: 'foo', b: 'bar' },
    [{ source_labels: ['a', 'b'], regex: 'f(.*);(.*)r', target_label: 'd', replacement: 'ch${1}-$2' }],
    { a: 'foo', b: 'bar', d: 'choo-ba' },
  ],
  ['the expression is anchored', { a: 'foobar' }, [{ source_labels: ['a'], regex: 'foo', target_label: 'd' }], { a: 'foobar' }],
  [
    'alternatives are anchored as a whole',
    { a: 'foobar' },
    [{ source_labels: ['a'], regex: 'foo|xbar', target_label: 'd', replacement: 'x' }],
    { a: 'foobar' },
  ],
  [
    'the leftmost alternative that fits the whole wins',
    { a: 'ab' },
    [{ source_labels: ['a'], regex: '(a|ab)(b?)', target_label: 'd', replacement: '$1-$2' }],
    { a: 'ab', d: 'a-b' },
  ],
  [
    'a dot takes newlines',
    { a: 'x\ny' },
    [{ source_labels: ['a'], regex: 'x.y', target_label: 'd', replacement: 'k' }],
    { a: 'x\ny', d: 'k' },
  ],
  ['an empty replacement removes the label', { a: 'foo' }, [{ source_labels: ['a'], target_label: 'a', replacement: '' }], {}],
  ['no source: a constant', {}, [{ target_label: 'env', replacement: 'prod' }], { env: 'prod' }],
  ['no match changes nothing', { a: 'x', d: 'old' }, [{ source_labels: ['a'], regex: 'y', target_label: 'd' }], { a: 'x', d: 'old' }],
  [
    'the target may be a template',
    { a: 'some-name-value' },
    [{ source_labels: ['a'], regex: 'some-([^-]+)-([^,]+)', replacement: '${2}', target_label: '${1}' }],
    { a: 'some-name-value', name: 'value' },
  ],
  [
    'a target that expands to nothing is skipped',
    { a: 'x' },
    [{ source_labels: ['a'], target_label: '${3}', replacement: 'v' }],
    { a: 'x' },
  ],
  ['$1x names the group "1x"', { a: 'x' }, [{ source_labels: ['a'], target_label: 'd', replacement: 'p$1x' }], { a: 'x', d: 'p' }],
  [
    '$$ is a dollar, a lone $ stays',
    { a: 'x' },
    [{ source_labels: ['a'], target_label: 'd', replacement: '$$1 $ ${' }],
    { a: 'x', d: '$1 $ ${' },
  ],
  [
    'named groups',
    { __address__: 'db:5432' },
    [{ source_labels: ['__address__'], regex: '(?P<host>[^:]+):(?P<port>\\d+)', target_label: 'h', replacement: '${host}/$port' }],
    { __address__: 'db:5432', h: 'db/5432' },
  ],
  ['keep', { a: 'foo' }, [{ action: 'keep', source_labels: ['a'], regex: 'fo+' }], { a: 'foo' }],
  ['keep of a missing label', { b: 'foo' }, [{ action: 'keep', source_labels: ['a'], regex: '.+' }], null],
  ['drop', { a: 'foo' }, [{ action: 'drop', source_labels: ['a'], regex: '.*o' }], null],
  [
    'drop stops the later rules',
    { a: 'foo' },
    [
      { action: 'drop', source_labels: ['a'], regex: 'foo' },
      { target_label: 'x', replacement: 'y' },
    ],
    null,
  ],
  ['no drop', { a: 'foo' }, [{ action: 'drop', source_labels: ['a'], regex: 'f' }], { a: 'foo' }],
  ['keepequal', { a: 'x', b: 'x' }, [{ action: 'keepequal', source_labels: ['a'], target_label: 'b' }], { a: 'x', b: 'x' }],
  ['keepequal fails', { a: 'x', b: 'y' }, [{ action: 'keepequal', source_labels: ['a'], target_label: 'b' }], null],
  ['dropequal', { a: 'x', b: 'x' }, [{ action: 'dropequal', source_labels: ['a'], target_label: 'b' }], null],
  ['dropequal passes', { a: 'x' }, [{ action: 'dropequal', source_labels: ['a'], target_label: 'b' }], { a: 'x' }],
  // md5("baz") = 73feffa4b7f6bb68e44cf984c85f6e88; e44cf984c85f6e88 mod 1000 = 976.
  ['hashmod', { c: 'baz' }, [{ action: 'hashmod', source_labels: ['c'], target_label: 'd', modulus: 1000 }], { c: 'baz', d: '976' }],
  // md5("foo\nbar") ends in 3ec798554f1fe7e6; mod 1000 = 734.
  [
    'hashmod over a newline',
    { a: 'foo\nbar' },
    [{ action: 'hashmod', source_labels: ['a'], target_label: 'd', modulus: 1000 }],
    { a: 'foo\nbar', d: '734' },
  ],
  [
    'labelmap',
    { __meta_my_bar: 'aaa', __meta_my_baz: 'bbb', other: 'c' },
    [{ action: 'labelmap', regex: '__meta_(my_.*)' }],
    { __meta_my_bar: 'aaa', __meta_my_baz: 'bbb', other: 'c', my_bar: 'aaa', my_baz: 'bbb' },
  ],
  ['labeldrop', { a: '1', a1: '2', b: '3' }, [{ action: 'labeldrop', regex: 'a.*' }], { b: '3' }],
  ['labelkeep', { a: '1', a1: '2', b: '3' }, [{ action: 'labelkeep', regex: 'a.*' }], { a: '1', a1: '2' }],
  [
    'lowercase and uppercase',
    { a: 'bAr123Foo' },
    [
      { action: 'lowercase', source_labels: ['a'], target_label: 'l' },
      { action: 'Uppercase', source_labels: ['a'], target_label: 'u' },
    ],
    { a: 'bAr123Foo', l: 'bar123foo', u: 'BAR123FOO' },
  ],
];

test.each(cases)('%s', (_what, labels, rules, expected) => {
  const changed = new Map(Object.entries(labels));
  const kept = relabel(
    changed,
    rules.map((rule) => compileRule(rule)),
  );
  expect(kept ? Object.fromEntries(changed) : null).toEqual(expected);
});

test.each<[RelabelRuleSource, RegExp]>([
  [{ action: 'explode' }, /unknown relabel action "explode"/],
  [{ regex: '(a', target_label: 'x' }, /invalid regular expression "\(a"/],
  [{ source_labels: ['a'] }, /replace needs target_label/],
  [{ action: 'hashmod', target_label: 'x' }, /modulus above 0/],
  [{ action: 'lowercase', target_label: '$1' }, /takes no reference/],
  [{ action: 'labelmap', replacement: '' }, /needs a replacement/],
  [{ action: 'labeldrop', regex: 'a', source_labels: ['b'] }, /takes only regex, not source_labels/],
  [{ action: 'keepequal', source_labels: ['b'], target_label: 'a', regex: 'c' }, /takes only source_labels and target_label, not regex/],
])('%j is refused', (rule, message) => {
  expect(() => compileRule(rule)).toThrow(message);
});
