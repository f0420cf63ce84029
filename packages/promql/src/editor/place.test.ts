import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hoverAt, placeAt } from './index.ts';

/** `|` is the cursor. */
function at(written: string) {
  const cursor = written.indexOf('|');
  return placeAt(written.replace('|', ''), cursor);
}

test.each([
  ['|', 'operand', ''],
  ['ra|', 'operand', 'ra'],
  ['sum(nod|', 'operand', 'nod'],
  ['sum by (job) (no|)', 'operand', 'no'],
  ['up + |', 'operand', ''],
  ['up > b|', 'operand', 'b'],
  ['rate(x[5m]) / on (a) g|', 'operand', 'g'],
  ['clamp(x, 1, m|', 'operand', 'm'],
  ['up # a comment |', 'nothing', ''],
  ['up o|', 'word', 'o'],
  ['sum b|', 'word', 'b'],
  ['sum(x) w|', 'word', 'w'],
  ['rate(x[5m]) a|', 'word', 'a'],
  ['up @ s|', 'word', 's'],
  ['x[|', 'duration', ''],
  ['x[5|', 'duration', '5'],
  ['rate(x[5m:|])', 'duration', ''],
  ['x offset |', 'duration', ''],
  ['x offset 5|', 'duration', '5'],
  ['up{|', 'label', ''],
  ['up{jo|}', 'label', 'jo'],
  ['up{job="a", in|', 'label', 'in'],
  ['{"my.|', 'label', 'my.'],
  ['up{job=|', 'value', ''],
  ['up{job="|"}', 'value', ''],
  ['up{job="we\\"b|', 'value', 'we"b'],
  ['up{job=~`a|b`}', 'value', 'a'],
  ['sum by (|', 'grouping', ''],
  ['sum(rate(x[5m])) without (a, in|)', 'grouping', 'in'],
  ['a / on (j|) b', 'grouping', 'j'],
  ['label_replace(x, "d", "$1", "in|', 'label text', 'in'],
  ['label_replace(x, "d", "$|', 'nothing', ''],
  ['up{job="a"|', 'nothing', ''],
  ['5|', 'nothing', ''],
])('%s asks for a %s', (written, kind, typed) => {
  expect(at(written)).toMatchObject({ kind, typed });
});

test('words that may stand there come with the place', () => {
  expect(at('up > |')).toMatchObject({ words: ['bool', 'on', 'ignoring'] });
  expect(at('up + |')).toMatchObject({ words: ['on', 'ignoring'] });
  expect(at('a * on (b) |')).toMatchObject({ words: expect.arrayContaining(['group_left', 'group_right']) });
  expect(at('sum |')).toMatchObject({ words: ['by', 'without'] });
  expect(at('up[5m] |')).toMatchObject({ words: expect.arrayContaining(['offset', '@']) });
  expect(at('(|')).toMatchObject({ words: [] });
});

test('a label and a value know the rest of their selector', () => {
  const selector = {
    metric: 'x',
    matchers: [
      { name: 'job', operator: '=', value: 'a' },
      { name: 'z', operator: '!~', value: 'b.*' },
    ],
  };
  expect(at('x{job="a", i|, z!~"b.*"}')).toMatchObject({ kind: 'label', selector });
  expect(at('x{job="a", i="q|", z!~"b.*"}')).toMatchObject({ kind: 'value', label: 'i', isRegex: false, selector });
  expect(at('{__name__="x", job="a", z!~"b.*", i=~"|')).toMatchObject({ kind: 'value', label: 'i', isRegex: true, selector });
  expect(at('{"x", job="a", z!~"b.*", "i.k"="|"}')).toMatchObject({ kind: 'value', label: 'i.k', selector });
});

test('what is grouped gives its labels', () => {
  expect(at('sum by (a, |) (rate(x{b="c"}[5m]) + y)')).toMatchObject({
    taken: ['a'],
    selectors: [
      { metric: 'x', matchers: [{ name: 'b', operator: '=', value: 'c' }] },
      { metric: 'y', matchers: [] },
    ],
  });
  expect(at('sum(x) by (|)')).toMatchObject({ selectors: [{ metric: 'x' }] });
  expect(at('up + sum(x) by (|)')).toMatchObject({ selectors: [{ metric: 'x' }] });
  expect(at('x / on (|) y')).toMatchObject({ selectors: [{ metric: 'x' }, { metric: 'y' }] });
});

test('what is replaced is the word, or the text between quotes', () => {
  expect(at('sum(node_l|oad1)')).toMatchObject({ from: 4, to: 10, typed: 'node_l' });
  expect(at('up{job="we|b"}')).toMatchObject({ from: 8, to: 11, typed: 'we', quoted: { quote: '"', closed: true } });
  expect(at('up{job="we|')).toMatchObject({ from: 8, to: 10, quoted: { quote: '"', closed: false } });
});

test.each([
  ['rat|e(x[5m])', 'rate(range vector) → instant vector'],
  ['s|um by (a) (x)', 'sum by (label, …) (instant vector)'],
  ['topk(3, x) b|y (a)', 'by (label, …)'],
  ['x off|set 5m', 'selector offset 1h'],
  ['a =|= b', 'left == right'],
  ['x{a!|="b"}', 'label!="value"'],
  ['x[1h3|0m]', '1h30m'],
])('%s is explained', (written, title) => {
  expect(hoverAt(written.replace('|', ''), written.indexOf('|'))).toMatchObject({ kind: 'language', doc: { title } });
});

test('a duration is spelled out', () => {
  expect(hoverAt('x[1h30m]', 3)).toMatchObject({ from: 2, to: 7, doc: { about: ['1 hour 30 minutes: 5,400 seconds.'] } });
});

test('metrics, labels and values are named with their selector', () => {
  expect(hoverAt('rate(x{a="b"}[5m])', 5)).toMatchObject({
    kind: 'metric',
    from: 5,
    to: 6,
    selector: { metric: 'x', matchers: [{ name: 'a' }] },
  });
  expect(hoverAt('{"my.metric"}', 4)).toMatchObject({ kind: 'metric', selector: { metric: 'my.metric' } });
  expect(hoverAt('x{a="b", c=~"d|e"}', 9)).toMatchObject({
    kind: 'label',
    label: 'c',
    selectors: [{ metric: 'x', matchers: [{ name: 'a' }] }],
  });
  expect(hoverAt('x{a="b", c=~"d|e"}', 14)).toMatchObject({ kind: 'value', label: 'c', value: 'd|e', isRegex: true });
  expect(hoverAt('sum by (a) (x)', 8)).toMatchObject({ kind: 'label', label: 'a', selectors: [{ metric: 'x' }] });
  expect(hoverAt('x + 5', 4)).toBeNull();
  expect(hoverAt('', 0)).toBeNull();
});

test('texts that nobody writes get no help', () => {
  const text = `${'a + '.repeat(6_000)}ra`;
  expect(placeAt(text, text.length)).toMatchObject({ kind: 'nothing' });
  expect(hoverAt(text, text.length)).toBeNull();
});

test('whatever is written, a place lies in it and says what is typed there', () => {
  const words = [
    'sum',
    'by',
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    'a',
    '"b',
    '"',
    '=',
    '=~',
    ',',
    '5m',
    ' ',
    '`',
    "'",
    '\\',
    'offset',
    '@',
    '#',
    '\n',
    'é',
    '$',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { maxLength: 20 }), fc.nat(60), (parts, cursor) => {
      const text = parts.join('');
      const position = Math.min(cursor, text.length);
      const { from, to } = placeAt(text, position);
      expect(from).toBeLessThanOrEqual(position);
      expect(to).toBeGreaterThanOrEqual(position);
      expect(to).toBeLessThanOrEqual(text.length);
      const target = hoverAt(text, position);
      if (target !== null) expect(text.slice(target.from, target.to)).not.toBe('');
    }),
    { numRuns: 500 },
  );
});
