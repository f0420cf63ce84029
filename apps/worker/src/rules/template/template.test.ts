import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileTemplate } from './template.ts';

const labels = new Map([
  ['instance', 'db-1:9100'],
  ['a.b', 'dotted'],
  ['n', '2048'],
  ['word', 'full disk'],
]);

function render(source: string, value = 0.1234): string {
  const compiled = compileTemplate(source);
  if (compiled.kind === 'problem') return `refused: ${compiled.message}`;
  return compiled.template.render({ labels: { get: (name) => labels.get(name) ?? '' }, value });
}

const RENDERED: readonly [source: string, text: string, value?: number][] = [
  ['plain, with { braces } and }}', 'plain, with { braces } and }}'],
  ['{{ $labels.instance }} is at {{ $value }}', 'db-1:9100 is at 0.1234'],
  ['{{.Labels.instance}}:{{.Value}}', 'db-1:9100:0.1234'],
  ['[{{ $labels.missing }}]', '[]'],
  ['{{ index $labels "a.b" }}', 'dotted'],
  ['a {{- " b " -}} c', 'a b c'],
  ['{{ "}}" }}{{ `raw\\n` }}{{ "line\\n" }}', '}}raw\\nline\n'],
  ['{{ $value | humanize }}', '1.235M', 1_234_567],
  ['{{ $value | humanize }}', '1.5m', 0.0015],
  ['{{ $value | humanize }}', '0', 0],
  ['{{ $labels.n | humanize1024 }}', '2ki'],
  ['{{ humanize1024 $value }}', '1.5Gi', 1.5 * 1024 ** 3],
  ['{{ $value | humanizeDuration }}', '1d 2h 3m 4s', 93_784.9],
  ['{{ $value | humanizeDuration }}', '-1m 5s', -65],
  ['{{ $value | humanizeDuration }}', '12.35s', 12.345_678],
  ['{{ $value | humanizeDuration }}', '900ms', 0.9],
  ['{{ $value | humanizePercentage }}', '12.34%'],
  ['{{ $value | humanize }}', '+Inf', Number.POSITIVE_INFINITY],
  ['{{ printf "%.2f" $value }}', '0.12'],
  ['{{ $value | printf "%.1f %%" }}', '0.1 %'],
  ['{{ printf "%s has %5.1f, %-4d| %04d" $labels.instance $value 7 -7 }}', 'db-1:9100 has   0.1, 7   | -007'],
  ['{{ printf "%q %v %g %e" $labels.word 2.50 1e7 12345 }}', '"full disk" 2.5 1e+07 1.234500e+04'],
  ['{{ $labels.word | title }} {{ $labels.word | toUpper | toLower }}', 'Full Disk full disk'],
  ['{{ $value }}', '1.234567e+06', 1_234_567],
  ['{{ $value }}', '1e-05', 0.00001],
  ['{{ $value }}', '123456', 123_456],
  ['{{ $value }}', 'NaN', Number.NaN],
  ['{{ printf "%.0f" $value }}', '1000000000000000000000', 1e21],
];

for (const [source, text, value] of RENDERED) {
  test(`${source} → ${text}`, () => expect(render(source, value)).toBe(text));
}

test('what is not known is refused when it is compiled, with its name', () => {
  expect(render('{{ if gt $value 1.0 }}')).toMatch(/refused: .*"if"/);
  expect(render('{{ query "up" }}')).toMatch(/refused: .*"query"/);
  expect(render('{{ $externalLabels.x }}')).toMatch(/refused: .*externalLabels/);
  expect(render('{{ $value | constructor }}')).toMatch(/refused: .*constructor/);
  expect(render('{{ $value ')).toMatch(/refused: .*not closed/);
  expect(render('{{ "open }}')).toMatch(/refused: .*not closed/);
  expect(render('{{ }}')).toMatch(/refused: .*nothing/);
  expect(render('{{ humanize }}')).toMatch(/refused: .*takes 1/);
});

test('what fails with the data says so in the text', () => {
  expect(render('{{ $labels.instance | humanize }}')).toBe('<error expanding template: "db-1:9100" is no number>');
  expect(render('{{ printf "%d" }}')).toMatch(/<error expanding template: .*more values/);
});

test('no template, however odd, does more than be refused or rendered', () => {
  const piece = fc.constantFrom(
    '{{',
    '}}',
    '|',
    '"',
    '`',
    '\\',
    ' ',
    '$value',
    '.Labels.a',
    'printf',
    '"%d"',
    '-',
    'x',
    '1e3',
    'index',
    '\n',
    'humanize',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      expect(typeof render(pieces.join(''))).toBe('string');
    }),
    { seed: 1, numRuns: 3000 },
  );
});
