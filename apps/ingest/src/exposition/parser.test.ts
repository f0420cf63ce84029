import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type Prng, prng } from '@tidemark/base';
import { type ExpositionFormat, FamilyMetadata, readPlainly } from '@tidemark/tsdb/exposition';
import { expect, test } from 'vitest';
import { formatOf } from './format.ts';
import { ExpositionParser } from './parser.ts';

type Sample = [labels: Record<string, string>, value: number, timeMs: number];

function reader() {
  let resolved = 0;
  const parser = new ExpositionParser((pairs) => {
    resolved++;
    return labelsOf(pairs);
  });
  const read = (body: string | Buffer, format: ExpositionFormat = 'text') => {
    const scrape = parser.parse(Buffer.from(body), format);
    const { numbers, series, values, timesMs } = scrape;
    const samples = Array.from(numbers, (number, i): Sample => [series[number] as Record<string, string>, values[i], timesMs[i]]);
    return { ...scrape, samples };
  };
  const parse = (body: string | Buffer, format: ExpositionFormat = 'text') => {
    const { malformed, samples } = read(body, format);
    return malformed ?? samples;
  };
  return { parse, read, parser, resolved: () => resolved };
}

function labelsOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(pairs.flatMap((name, i) => (i % 2 === 0 ? [[name, pairs[i + 1]]] : [])));
}

const one = (labels: Record<string, string>, value: number, timeMs = Number.NaN): Sample => [labels, value, timeMs];

test.each<[string, Sample[]]>([
  ['up 1\n', [one({ __name__: 'up' }, 1)]],
  ['up 1', [one({ __name__: 'up' }, 1)]],
  ['', []],
  ['\n\n# a comment\n#another\n', []],
  ['a:b_c{x="1",y="2",} -2.5e-3 1395066363000\n', [one({ __name__: 'a:b_c', x: '1', y: '2' }, -0.0025, 1395066363000)]],
  [' \t a { x = "1" , y="2" }\t3 \n', [one({ __name__: 'a', x: '1', y: '2' }, 3)]],
  ['a{} 1\n', [one({ __name__: 'a' }, 1)]],
  ['a{x=""} 1\n', [one({ __name__: 'a', x: '' }, 1)]],
  ['a{p="C:\\\\D\\n\\"q\\" \\x"} 1\n', [one({ __name__: 'a', p: 'C:\\D\n"q" \\x' }, 1)]],
  ['a{x="}, #{"} 1\n', [one({ __name__: 'a', x: '}, #{' }, 1)]],
  ['a{x="ü€😀"} 1\n', [one({ __name__: 'a', x: 'ü€😀' }, 1)]],
  ['{"a.b","c d"="1",e="2"} 1\n', [one({ __name__: 'a.b', 'c d': '1', e: '2' }, 1)]],
  [
    'a +Inf\nb -Inf\nc NaN\nd inf\n',
    [one({ __name__: 'a' }, Infinity), one({ __name__: 'b' }, -Infinity), one({ __name__: 'c' }, NaN), one({ __name__: 'd' }, Infinity)],
  ],
  [
    'a 0.1\nb 123456789012345678\nc 5e-324\nd -0\ne 1.7976931348623157e308\n',
    [
      one({ __name__: 'a' }, 0.1),
      one({ __name__: 'b' }, 123456789012345680),
      one({ __name__: 'c' }, 5e-324),
      one({ __name__: 'd' }, -0),
      one({ __name__: 'e' }, 1.7976931348623157e308),
    ],
  ],
])('text: %j', (body, samples) => {
  expect(reader().parse(body)).toEqual(samples);
});

test.each<[string, number, RegExp]>([
  ['up 1\nup{ 1\n', 2, /label name/],
  ['up{a="1" b="2"} 1\n', 1, /expected "," or "}"/],
  ['up{a="1} 1\n', 1, /does not end/],
  ['up{a=1} 1\n', 1, /quoted value/],
  ['up{a="1",a="2"} 1\n', 1, /given twice/],
  ['# x\n\nup\n', 3, /blank before the value/],
  ['up \n', 1, /value is missing/],
  ['up 1 2 3\n', 1, /after the sample/],
  ['up 1 1.5\n', 1, /milliseconds/],
  ['up 1 9007199254740991\n', 1, /timestamp is out of range/],
  ['up one\n', 1, /"one" is no number/],
  ['up 1_000\n', 1, /no number/],
  ['up 0x1p4\n', 1, /no number/],
  ['up 1e999\n', 1, /out of range/],
  ['up 1\r\n', 1, /blank|after|number/],
  ['{a="1"} 1\n', 1, /metric name is missing/],
  ['9up 1\n', 1, /metric name is missing/],
  ['# TYPE up meter\n', 1, /invalid metric type/],
  ['ok 1\nup{a="\xff\xfe"} 1\n', 2, /UTF-8/],
])('text refuses %j', (body, line, reason) => {
  expect(reader().parse(Buffer.from(body, 'latin1'))).toMatchObject({ line, reason: expect.stringMatching(reason) });
});

test('OpenMetrics: times in seconds, exemplars, metadata with units', () => {
  const { read, parser } = reader();
  const { samples, exemplars } = read(
    [
      '# HELP rpc_seconds Time "spent".\\nAll of it.',
      '# TYPE rpc_seconds histogram',
      '# UNIT rpc_seconds seconds',
      'rpc_seconds_bucket{le="1.0"} 3 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67 1520879606.5',
      'rpc_seconds_bucket{le="+Inf"} 4 # {} 9',
      '# TYPE on stateset',
      'on{on="a"} 1',
      '# EOF\n',
    ].join('\n'),
    'openmetrics',
  );
  expect(samples).toEqual([
    one({ __name__: 'rpc_seconds_bucket', le: '1.0' }, 3, 1520879607789),
    one({ __name__: 'rpc_seconds_bucket', le: '+Inf' }, 4),
    one({ __name__: 'on', on: 'a' }, 1),
  ]);
  expect(exemplars).toEqual([
    { at: 0, pairs: ['trace_id', 'KOO5S4vxi0o'], value: 0.67, timeMs: 1520879606500 },
    { at: 1, pairs: [], value: 9, timeMs: Number.NaN },
  ]);
  expect([...parser.metadata.families.values()]).toEqual([
    { family: 'rpc_seconds', type: 'histogram', help: 'Time "spent".\nAll of it.', unit: 'seconds' },
    { family: 'on', type: 'stateset', help: '', unit: '' },
  ]);
});

test.each<[string, number, RegExp]>([
  ['a 1\n', 2, /# EOF/],
  ['a 1\n# EOF\nb 1\n', 2, /after # EOF/],
  ['a 1\n\n# EOF\n', 2, /empty line/],
  ['a  1\n# EOF\n', 1, /value is missing/],
  ['a 1 \n# EOF\n', 1, /blank at the end/],
  ['a 1 Inf\n# EOF\n', 1, /out of range/],
  ['a 1 NaN\n# EOF\n', 1, /out of range/],
  ['a 1 # x\n# EOF\n', 1, /exemplar/],
  ['# hello\n# EOF\n', 1, /neither/],
  ['# UNIT a_seconds bytes\n# EOF\n', 1, /no suffix/],
])('OpenMetrics refuses %j', (body, line, reason) => {
  expect(reader().parse(body, 'openmetrics')).toMatchObject({ line, reason: expect.stringMatching(reason) });
});

test('the text metadata, told again only when it changes', () => {
  const { parse, parser } = reader();
  const body = '# HELP a Back\\\\slash and\\nline \\"q\\"\n# TYPE a counter\na 1\n# TYPE b untyped\nb 1\n';
  parse(body);
  expect(parser.metadata.families.get('a')).toEqual({ family: 'a', type: 'counter', help: 'Back\\slash and\nline \\"q\\"', unit: '' });
  expect([...parser.changedFamilies]).toEqual(['a', 'b']);
  parser.changedFamilies.clear();
  parse(body);
  expect(parser.changedFamilies.size).toBe(0);
  parse(body.replace('counter', 'gauge'));
  expect([...parser.changedFamilies]).toEqual(['a']);
});

test('series are resolved once, wherever their line moves', () => {
  const { parse, resolved } = reader();
  parse('a 1\nb{x="1"} 2\nc 3\n');
  expect(resolved()).toBe(3);
  expect(parse('c 4\nnew 1\n# x\na 5\nb{x="1"} 6\n')).toEqual([
    one({ __name__: 'c' }, 4),
    one({ __name__: 'new' }, 1),
    one({ __name__: 'a' }, 5),
    one({ __name__: 'b', x: '1' }, 6),
  ]);
  expect(resolved()).toBe(4);
});

test('ever new metrics do not pile up, and those that stay are described again', () => {
  const { parse, parser } = reader();
  for (let i = 0; i < 40; i++) {
    parse(`# TYPE stays gauge\nstays 1\n${Array.from({ length: 100 }, (_, n) => `# TYPE m${i}_${n} gauge\n`).join('')}`);
    expect(parser.metadata.families.size).toBeLessThan(2000);
  }
  parse('# TYPE stays gauge\nstays 1\n');
  expect(parser.metadata.families.get('stays')?.type).toBe('gauge');
});

test('a predicted series is not taken for a longer one', () => {
  const { parse } = reader();
  parse('# HELP a x\na 1\nb 1\n');
  expect(parse('# HELP a xyz\na {l="1"} 2\nbb 3\n')).toEqual([one({ __name__: 'a', l: '1' }, 2), one({ __name__: 'bb' }, 3)]);
  expect(parse('a{l="2"} 2\na_b 3\n')).toEqual([one({ __name__: 'a', l: '2' }, 2), one({ __name__: 'a_b' }, 3)]);
});

interface Captured {
  readonly job: string;
  readonly body: string;
}

const captured: Captured[] = gunzipSync(
  readFileSync(new URL('../../../../testdata/node_exporter_raw_scrapes_60.ndjson.gz', import.meta.url)),
)
  .toString()
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

/** Independent and slow: good for what node_exporter writes, which has no blank or escape in a label. */
function oracle(body: string): [string, number][] {
  return body
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const blank = line.lastIndexOf(' ');
      return [line.slice(0, blank), Number(line.slice(blank + 1).replace('Inf', 'Infinity'))];
    });
}

const printed = (labels: Record<string, string>) => {
  const { __name__, ...rest } = labels;
  const pairs = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? __name__ : `${__name__}{${pairs.join(',')}}`;
};

test.each(['node', 'app'])('the captured scrapes of %s agree with split and Number', (job) => {
  const { parse } = reader();
  const scrapes = captured.filter((scrape) => scrape.job === job);
  expect(scrapes.length).toBe(60);
  for (const { body } of scrapes) {
    const samples = parse(body) as Sample[];
    expect(samples.map(([labels, value]) => [printed(labels), value])).toEqual(oracle(body));
  }
});

/** What the plain form reads; values and times as bits. */
function plainly(body: Uint8Array, format: ExpositionFormat) {
  const samples: Sample[] = [];
  const exemplars: object[] = [];
  const malformed = readPlainly(body, format, {
    comment: ({ keyword, family, value }) => new FamilyMetadata().apply(keyword, family, value, format),
    sample: (pairs, value, timeMs, exemplar) => {
      if (exemplar !== null) exemplars.push({ ...exemplar, at: samples.length });
      samples.push([labelsOf(pairs), value, timeMs]);
    },
  });
  return { malformed, exemplars, samples: samples.map(inBits) };
}

function inBits([labels, value, timeMs]: Sample) {
  return { labels, bits: new BigUint64Array(Float64Array.of(value, timeMs).buffer).join() };
}

const ODD_NUMBERS = (
  '0 -0 +0 1 -1 007 .5 -.5 5. 1e5 1E+5 1e-5 1.5e-07 1e22 1e23 1e-22 1e-23 1e308 1e309 1e0005 1e+ 1e 9007199254740991 9007199254740992 9007199254740993 ' +
  '-9007199254740993 0.1 0.30000000000000004 123456789.123456789 12345678901234567890 1234567890123456789 0.1234567890123456789 5e-324 2.2250738585072011e-308 ' +
  '1.7976931348623157e308 4.35 8.41 2.5e-3 1234567.891 NaN +NaN -NaN nan +Inf -Inf Inf inf Infinity +infinity 0x10 1_0 .. . - + 1.2.3 1-2'
).split(' ');
const ODD_ENDS = [
  '',
  ' 1395066363000',
  ' -5',
  ' +7',
  ' 1395066363.789',
  ' 0.0005',
  ' -0.0001',
  ' 2251799813685247',
  ' 2251799813685248',
  ' 1e3',
  '  5',
  ' ',
  '\t',
  '\r',
];
const ODD_ENDS_OPENMETRICS = [...ODD_ENDS, ' # {a="b"} 1', ' 1.5 # {} 0.5 1520879607.789', ' # {', ' 99999999999999'];
const ODD_LINES = [
  '',
  '   ',
  '# EOF',
  '# hello',
  '#',
  ' # HELP a b',
  '\t#',
  '# TYPE a counter',
  '# HELP a x y',
  '# UNIT a_seconds seconds',
  'a{',
  'a{x="',
  'a{x="1}',
  ' a 1',
  'a  1',
  'a\t1',
  'a{x="1"}1',
  'a {x="1"} 1',
  'a{ x = "1" , } 1',
  '{"a.b",c="d"} 1',
  '{"a.b"} 1',
  'a{x="\\"}"} 1',
  'a{x="\\\\"} 1',
  'a{x="\\',
  'é 1',
  'a{x="é"} 1',
]; // prettier-ignore

test('seeded scrapes of several targets: bit for bit what the plain form reads without a memory', () => {
  const random = prng(20);
  const openmetrics =
    '# TYPE a histogram\na_bucket{le="1"} 1 2.5 # {t="x"} 1 2\na_bucket{le="+Inf"} 1\na_count 1\na_created 1520430000.123\n{"q.x",b="\\n"} NaN\n# EOF\n';
  const targets = [
    { body: captured[1].body.split('\n').slice(0, 90).join('\n'), format: 'text' },
    { body: captured[0].body.split('\n').slice(300, 420).join('\n'), format: 'text' },
    { body: openmetrics, format: 'openmetrics' },
  ] as const;
  const readers = targets.map(() => reader());
  let wellFormed = 0;
  for (let round = 0; round < 4000; round++) {
    const which = random.int(0, targets.length);
    const { body, format } = targets[which];
    const bytes = Buffer.from(random.chance(0.8) ? otherLines(body, format, random) : body);
    if (random.chance(0.2))
      bytes[random.int(0, bytes.length)] = random.pick([0, 10, 32, 34, 35, 44, 46, 61, 92, 123, 125, 255, random.int(0, 256)]);
    const cut = bytes.subarray(0, random.chance(0.05) ? random.int(0, bytes.length) : bytes.length);
    const { malformed, exemplars, samples } = readers[which].read(cut, format);
    expect({ malformed, exemplars, samples: samples.map(inBits) }).toEqual(plainly(cut, format));
    if (malformed === null) wellFormed++;
  }
  expect(wellFormed).toBeGreaterThan(1500);
});

/** The body with a few lines changed, put in, taken out or moved. */
function otherLines(body: string, format: ExpositionFormat, random: Prng): string {
  const lines = body.split('\n');
  for (let i = random.int(1, 5); i > 0; i--) {
    const at = random.int(0, lines.length);
    const line = lines[at] ?? '';
    const series = line.slice(0, line.lastIndexOf(' '));
    const kind = random.int(0, 10);
    if (kind === 0) lines.splice(at, random.int(1, 30));
    else if (kind === 1) lines.splice(at, 0, ...lines.slice(random.int(0, lines.length), random.int(0, lines.length)).slice(0, 20));
    else if (kind === 2) lines.splice(random.int(0, lines.length), 0, ...lines.splice(at, random.int(1, 20)));
    else if (kind === 3 && random.chance(0.3)) lines.splice(at, 0, random.pick(ODD_LINES));
    else if (kind === 4) lines.splice(at, 0, `new_${random.int(0, 9)}{n="${random.int(0, 99)}"} ${random.int(0, 9)}`);
    else if (kind === 5 && random.chance(0.3)) lines[at] = `${line}${random.pick(format === 'text' ? ODD_ENDS : ODD_ENDS_OPENMETRICS)}`;
    else if (!line.startsWith('#') && series !== '')
      lines[at] = `${series} ${random.chance(0.2) ? random.pick(ODD_NUMBERS) : oddNumber(random)}`;
  }
  return lines.join('\n');
}

function oddNumber(random: Prng): string {
  const digits = () => Array.from({ length: random.int(1, 12) }, () => random.int(0, 10)).join('');
  return `${random.pick(['', '', '-', '+'])}${digits()}${random.chance(0.7) ? `.${digits()}` : ''}${random.chance(0.2) ? `e${random.int(-30, 30)}` : ''}`;
}

test('a line that comes and goes, and lines in another order, are the same series', () => {
  const random = prng(3);
  const { parse, resolved } = reader();
  const names = Array.from({ length: 200 }, (_, i) => `s${i}{x="${i % 7}"}`);
  parse(names.map((name) => `${name} 0\n`).join(''));
  for (let round = 0; round < 60; round++) {
    const present = names.filter(() => random.chance(0.8));
    if (round > 30) present.sort(() => random.int(-1, 2));
    const samples = parse(present.map((name, i) => `${name} ${i}\n`).join('')) as Sample[];
    expect(samples.map(([labels]) => printed(labels))).toEqual(present);
  }
  expect(resolved()).toBe(200);
});

test('series that are gone for long are forgotten', () => {
  const { parse, resolved } = reader();
  parse('a 1\nb 1\n');
  for (let i = 0; i < 10; i++) parse(`b 1\n${Array.from({ length: 500 }, (_, n) => `s${i}_${n} 1\n`).join('')}`);
  const before = resolved();
  expect(before).toBe(5002);
  parse('b 1\na 1\n');
  expect(resolved()).toBe(before + 1);
});

test('a body that is larger than usual, and one of very many lines', () => {
  const { parse, resolved } = reader();
  const large = Array.from({ length: 50_000 }, (_, i) => `large{x="${'y'.repeat(100)}${i}"} ${i}\n`).join('');
  const short = Array.from({ length: 300_000 }, () => 'a 1\n').join('');
  for (const body of [large, short, large]) expect(parse(body)).toHaveLength(body === large ? 50_000 : 300_000);
  expect(resolved()).toBeGreaterThan(50_000);
});

test('the format is told by Content-Type', () => {
  expect(formatOf('application/openmetrics-text; version=1.0.0; charset=utf-8')).toEqual({ kind: 'format', format: 'openmetrics' });
  expect(formatOf('text/plain; version=0.0.4')).toEqual({ kind: 'format', format: 'text' });
  expect(formatOf(undefined)).toEqual({ kind: 'format', format: 'text' });
  expect(formatOf('application/vnd.google.protobuf; proto=x')).toMatchObject({ kind: 'unsupported' });
});
