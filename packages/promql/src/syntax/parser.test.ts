import { prng } from '@tidemark/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { children, type Expr, format, ParseError, parse, SIGNATURES, walk } from './index.ts';
import { lineAndColumn } from './parse-error.ts';

/** The tree without positions, for comparison. */
function shape(expr: Expr): unknown {
  return JSON.parse(
    JSON.stringify(expr, (key, value) => {
      if (key === 'span' || key === 'operatorSpan') return undefined;
      // Matchers are printed in order, and a name that must be quoted as one of them.
      if (value?.kind === 'vector') return { ...value, name: undefined, matchers: value.matchers.map(String).sort() };
      return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
    }),
  );
}

const VALID = [
  '1',
  '-2^---1*3',
  '0x1F + 0755 + 1e3 + .5 + 1_000 + Inf - NaN',
  '1h30m * 2',
  'up',
  'node:cpu:rate5m',
  'by + or or and',
  'sum',
  'sum{a="b"}',
  '{"a.b", c=~"x|y", "d.e"!="f"}',
  "{__name__=~'a.+', x!~`raw\\n`}",
  'x{a="\\u00e4\\x41\\101\\t\'",}',
  'x[5m] @ 100 offset -1h',
  'rate(x[5m] offset 1m @ start())',
  'x @ end()',
  'x @ 1.234',
  'max_over_time(rate(x[5m])[1h:1m] @ end() offset 5)',
  'avg_over_time(x[1h:])',
  'rate(x[5m * 2 + step()])',
  'x offset -(1m + 30s)',
  'rate(x[max_of(step(), 1m)])',
  'sum by (a, "b.c") (x)',
  'sum(x) without (a)',
  'count_values("v", x)',
  'topk by (a,) (3, x)',
  'quantile(0.9, x) by ()',
  'limit_ratio(-0.5, x)',
  'a + on (x) group_left (y, "z.z") b',
  'a * ignoring (x) group_right () b',
  'a == bool b',
  'a and on () b unless c or d',
  'a + fill_left(0) fill_right(-1) b',
  'a + on (x) fill(0) b',
  'a atan2 b % c',
  'label_replace(x, "a", "$1", "b", "(.*)")',
  'time() - timestamp(x)',
  'min_of(start(), end())',
  '"text"',
  '((x))',
  '+x - -y',
  'x # comment\n + y',
  'SUM BY (a) (x) AND ON (b) y OFFSET 5m',
  '{"by"} or {"bool"}',
];

test.each(VALID)('%s parses, and prints as what reads back the same', (text) => {
  const expr = parse(text);
  const printed = format(expr);
  expect(shape(parse(printed))).toEqual(shape(expr));
  expect(format(parse(printed))).toBe(printed);
});

test('precedence and associativity', () => {
  const grouped = (text: string): string => {
    const show = (expr: Expr): string =>
      expr.kind === 'binary' ? `(${show(expr.left)} ${expr.operator} ${show(expr.right)})` : format(expr);
    return show(parse(text));
  };
  expect(grouped('a + b * c ^ d ^ e')).toBe('(a + (b * (c ^ (d ^ e))))');
  expect(grouped('a - b - c')).toBe('((a - b) - c)');
  expect(grouped('a or b and c unless d')).toBe('(a or ((b and c) unless d))');
  expect(grouped('a > b + c == d')).toBe('((a > (b + c)) == d)');
  expect(grouped('a atan2 b / c')).toBe('((a atan2 b) / c)');
  expect(parse('-a ^ 2').kind).toBe('unary');
  expect(parse('-a * 2').kind).toBe('binary');
});

/** Text, message, and what the message points to. */
const INVALID: [string, string, string][] = [
  ['', 'no expression found in input', ''],
  ['1 +', 'unexpected end of input', ''],
  ['sum(', 'unclosed left parenthesis', ''],
  ['x{a="b"', 'unexpected end of input inside braces', ''],
  ['x[5m', 'unclosed left bracket', ''],
  ['x)', "unexpected right parenthesis ')'", ''],
  ['x y', 'unexpected identifier "y"', 'y'],
  ['x[5]m', 'unexpected identifier "m"', 'm'],
  ['1s1', 'bad number or duration syntax: "1s1"', '1s1'],
  ['{a="b', 'unterminated quoted string', '"b'],
  ['x{a=~"("}', 'error parsing regexp: missing closing ): `(`', 'a'],
  ['{}', 'vector selector must contain at least one non-empty matcher', '{}'],
  ['{a=~".*"}', 'vector selector must contain at least one non-empty matcher', '{a=~".*"}'],
  ['a{__name__="b"}', 'metric name must not be set twice: "a" or "b"', 'a{__name__="b"}'],
  ['rate(x)', 'expected type range vector in call to function "rate", got instant vector', 'x'],
  ['rate(x[5m], 1)', 'expected 1 argument(s) in call to "rate", got 2', 'rate(x[5m], 1)'],
  ['round()', 'expected at least 1 argument(s) in call to "round", got 0', 'round()'],
  ['hour(x, y)', 'expected at most 1 argument(s) in call to "hour", got 2', 'hour(x, y)'],
  ['nothing(x)', 'unknown function with name "nothing"', 'nothing(x)'],
  ['sum(x[5m])', 'expected type instant vector in aggregation expression, got range vector', 'x[5m]'],
  ['topk(x, y)', 'expected type scalar in aggregation parameter, got instant vector', 'x'],
  ['sum(1, x)', 'wrong number of arguments for aggregate expression provided, expected 1, got 2', 'sum(1, x)'],
  ['topk(x)', 'wrong number of arguments for aggregate expression provided, expected 2, got 1', 'topk(x)'],
  ['1 == 1', 'comparisons between scalars must use BOOL modifier', '=='],
  ['a + bool b', 'bool modifier can only be used on comparison operators', '+'],
  ['1 and 2', 'set operator "and" not allowed in binary scalar expression', '1 and 2'],
  ['a + on (x) 1', 'vector matching only allowed between instant vectors', 'a + on (x) 1'],
  ['a and on (x) group_left () b', 'no grouping allowed for "and" operation', 'a and on (x) group_left () b'],
  ['a + on (x) group_left (x) b', 'label "x" must not occur in ON and GROUP clause at once', '+'],
  ['"a" + 1', 'binary expression must contain only scalar and instant vector types', '"a"'],
  ['-"a"', 'unary expression only allowed on expressions of type scalar or instant vector, got "string"', '-"a"'],
  ['(x)[5m]', 'ranges only allowed for vector selectors', '[5m]'],
  ['x offset 1m[5m]', 'no offset modifiers allowed before range', '[5m]'],
  ['x offset 1m offset 2m', 'offset may not be set multiple times', 'x offset 1m offset 2m'],
  [
    '(x) offset 5m',
    'offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
    '(x) offset 5m',
  ],
  ['x[5m][5m:1m]', 'subquery is only allowed on instant vector, got range vector instead', 'x[5m][5m:1m]'],
  ['x[0s]', 'duration must be greater than 0', '0s'],
  ['x[-5m]', 'duration must be greater than 0', '-'],
  ['x[5m:1m - 60]', 'duration must be greater than 0', '1m'],
  ['rate(x[5m],)', 'trailing commas not allowed in function call args', ','],
  ['a\n+ €', "unexpected character: '€'", '€'],
];

test.each(INVALID)('%s is refused: %s', (text, message, where) => {
  let error: ParseError | undefined;
  try {
    parse(text);
  } catch (thrown) {
    error = thrown as ParseError;
  }
  expect(error).toBeInstanceOf(ParseError);
  expect(error?.message).toContain(message);
  expect(text.slice(error?.from, error?.to)).toBe(where);
});

test('an error names its line and column', () => {
  expect(lineAndColumn('a\n  + b', 4)).toBe('2:3');
  const error = (() => {
    try {
      parse('a\n+ €');
    } catch (thrown) {
      return thrown as ParseError;
    }
  })();
  expect(error?.describe('a\n+ €')).toBe("2:3: parse error: unexpected character: '€'");
});

function parsesOrRefuses(text: string): void {
  try {
    const expr = parse(text);
    expect(shape(parse(format(expr)))).toEqual(shape(expr));
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    expect(error.from).toBeGreaterThanOrEqual(0);
    expect(error.to).toBeGreaterThanOrEqual(error.from);
    expect(error.to).toBeLessThanOrEqual(text.length);
  }
}

test('random text never throws anything but ParseError', () => {
  const random = prng(1);
  for (let i = 0; i < 5000; i++) {
    const units = Array.from({ length: random.int(0, 40) }, () => random.int(0, random.chance(0.8) ? 0x80 : 0x10000));
    parsesOrRefuses(String.fromCharCode(...units));
  }
});

test('random words of the language never throw anything but ParseError', () => {
  const words = [...SIGNATURES.keys(), ...'( ) { } [ ] , : @ + - * / % ^ == != <= < >= > = =~ !~'.split(' ')].concat(
    ['and', 'or', 'unless', 'atan2', 'by', 'without', 'on', 'ignoring', 'group_left', 'bool', 'offset', 'sum', 'topk', 'x', 'a:b'],
    ['5m', '1', '0x', '"s"', "'", '`r`', '#', '\n', 'start', 'end', 'inf', 'step', 'fill', 'anchored'],
  );
  const text = fc.array(fc.constantFrom(...words), { maxLength: 14 }).map((parts) => parts.join(' '));
  fc.assert(fc.property(text, parsesOrRefuses), { numRuns: 3000, seed: 2 });
});

test('mutated valid expressions never throw anything but ParseError', () => {
  const mutation = fc.record({ text: fc.constantFrom(...VALID), at: fc.nat(60), cut: fc.nat(3), put: fc.string({ maxLength: 2 }) });
  const mutated = mutation.map(({ text, at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut));
  fc.assert(fc.property(mutated, parsesOrRefuses), { numRuns: 3000, seed: 3 });
});

test('nesting is bounded, in every way to nest', () => {
  const deep = 15_000;
  const texts = ['('.repeat(deep), '-'.repeat(deep), 'abs('.repeat(deep), `x${'+x'.repeat(deep)}`, `x${'[1m:]'.repeat(deep)}`];
  texts.push(`x${'^x'.repeat(deep)}`, `x[${'('.repeat(deep)}`, `x offset ${'-'.repeat(deep)}1m`, 'sum('.repeat(deep));
  for (const text of texts) expect(() => parse(text)).toThrow(ParseError);
  expect(() => format(parse(`x${'+x'.repeat(900)}`))).not.toThrow();
});

test('walk and children reach every expression', () => {
  const kinds: string[] = [];
  walk(parse('topk(2, rate(x[5m])) + -(y) > max_over_time(z[5m:])'), (expr) => kinds.push(expr.kind));
  expect(kinds).toEqual('binary binary aggregation number call matrix vector unary paren vector call subquery vector'.split(' '));
  expect(children(parse('1'))).toEqual([]);
});

test('an expression has a length', () => {
  expect(() => parse(' '.repeat(200_000))).toThrow('expression is longer than');
});
