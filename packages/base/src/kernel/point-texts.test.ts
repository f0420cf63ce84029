import { expect, test } from 'vitest';
import { prng } from '../prng.ts';
import { openingsOf, POINT_TEXTS_MAX, pointTexts } from './point-texts.ts';

/** What JavaScript itself says, with an exponent of two digits. */
function plain(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const text = Object.is(value, -0) ? '-0' : String(value);
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function expectPlain(values: readonly number[]): void {
  for (let from = 0; from < values.length; from += POINT_TEXTS_MAX) {
    const part = values.slice(from, from + POINT_TEXTS_MAX);
    const openings = part.map((_, i) => `${i > 0 ? ',' : ''}[${from + i},"`);
    const expected = part.map((value, i) => `${openings[i]}${plain(value)}"]`).join('');
    expect(pointTexts(openingsOf(openings), Float64Array.from(part))).toBe(expected);
  }
}

test('numbers at the edges have their shortest text', () => {
  expectPlain([0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, -5e-324, Number.MAX_VALUE]);
  expectPlain([
    2.2250738585072014e-308,
    2 ** 53,
    2 ** 53 + 2,
    1e20,
    123456789012345680000,
    1e21,
    1.5e21,
    1e-6,
    9.5e-7,
    1e-7,
    1e100,
    9.5e-100,
  ]);
  const edges: number[] = [];
  for (let e = -1074; e < 1024; e++) edges.push(2 ** e, -(2 ** e), 2 ** e * (1 + 2 ** -52), 2 ** e * (1 - 2 ** -53));
  for (let e = -323; e < 309; e++) for (let digit = 1; digit < 10; digit++) edges.push(Number(`${digit}e${e}`), Number(`${digit}.7e${e}`));
  expectPlain(edges);
});

test('any number has its shortest text', () => {
  const random = prng(8);
  const words = new Uint32Array(60_000).map(() => random.bits());
  expectPlain([...new Float64Array(words.buffer)]);
  const usual = [1, 100, 1000, 285].flatMap((unit) => Array.from({ length: 5000 }, () => random.int(0, 10 ** random.int(1, 9)) / unit));
  expectPlain(usual);
});

test('openings may change from one column to the next, and be many', () => {
  const values = Float64Array.of(1, 2.5);
  const [one, other] = [openingsOf(['a', 'b']), openingsOf([',[-8640000000000.001,"', ''])];
  expect([one, other, one].map((each) => pointTexts(each, values))).toEqual(['a1"]b2.5"]', ',[-8640000000000.001,"1"]2.5"]', 'a1"]b2.5"]']);
  const many = openingsOf(new Array(POINT_TEXTS_MAX).fill(',[-8640000000000.001,"'));
  const longest = -0.0000012345678901234567;
  expect(pointTexts(many, new Float64Array(POINT_TEXTS_MAX).fill(longest))).toBe(
    `,[-8640000000000.001,"${longest}"]`.repeat(POINT_TEXTS_MAX),
  );
});
