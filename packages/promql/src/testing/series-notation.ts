import { combineHistograms, Labels, METRIC_NAME } from '@tidemark/tsdb/model';
import type { NativeHistogram } from '../engine/histogram/native-histogram.ts';
import { lex } from '../syntax/lexer.ts';
import { parseDuration, parseSignedNumber } from '../syntax/numbers.ts';
import { parseHistogram } from './histogram-notation.ts';

/**
 * `metric{label="value"} 1 2+3x4 _ stale {{…}}`: a series and its values, one for each interval.
 * `a+bxn` is n+1 values that grow by b, `axn` n+1 equal ones, `_` and `_xn` none.
 */
export type NotedValue =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'stale' }
  | { readonly kind: 'none' }
  | { readonly kind: 'histogram'; readonly histogram: NativeHistogram };

export interface NotedSeries {
  readonly labels: Labels;
  readonly values: readonly NotedValue[];
  /** By value: when its series started, in milliseconds after the sample; null where that is not told. */
  readonly starts?: readonly (number | null)[];
}

export function parseSeries(line: string): NotedSeries {
  const split = endOfMetric(line);
  return { labels: parseMetric(line.slice(0, split)), values: parseValues(line.slice(split)) };
}

/**
 * `metric{label="value"}@st -1m -1m+1sx2 _`: when the series of each value started, counted from its sample; of the series that follows.
 * Null for any other line.
 */
export function parseStarts(line: string): { readonly labels: Labels; readonly starts: readonly (number | null)[] } | null {
  const split = endOfMetric(line);
  const [mark, ...items] = line.slice(split).trim().split(/\s+/);
  return mark === '@st' ? { labels: parseMetric(line.slice(0, split)), starts: items.flatMap(parseStart) } : null;
}

const START = /^([+-]?\d+[a-z]*?[a-wyz]*)(?:([+-]\d+[a-z]*?[a-wyz]*))?(?:x(\d+))?$/;

function parseStart(item: string): (number | null)[] {
  const blank = /^_(?:x(\d+))?$/.exec(item);
  if (blank !== null) return Array.from({ length: Number(blank[1] ?? 1) }, () => null);
  const [, first, step = '0', times = '0'] = START.exec(item) ?? [];
  if (first === undefined) throw new SyntaxError(`start that is none: ${item}`);
  return Array.from({ length: Number(times) + 1 }, (_, i) => signedMs(first) + i * signedMs(step));
}

function signedMs(text: string): number {
  const [, sign, duration] = /^([+-]?)(.*)$/.exec(text) as RegExpExecArray;
  const ms = duration === '0' ? 0 : parseDuration(duration);
  if (ms === null) throw new SyntaxError(`duration that is none: ${text}`);
  return sign === '-' ? -ms : ms;
}

function endOfMetric(line: string): number {
  const name = /^[\w:]*\s*/.exec(line)?.[0].length ?? 0;
  if (line[name] !== '{' || line[name + 1] === '{') return /^[\w:]*/.exec(line)?.[0].length ?? 0;
  for (let at = name, quote = ''; at < line.length; at++) {
    const char = line[at];
    if (quote !== '') {
      if (char === '\\' && quote !== '`') at++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'" || char === '`') quote = char;
    else if (char === '}') return at + 1;
  }
  throw new SyntaxError(`series without closing brace: ${line}`);
}

export function parseMetric(text: string): Labels {
  const tokens = lex(text).filter((token) => token.kind !== 'symbol' || !'{},'.includes(token.text));
  const pairs: [string, string][] = [];
  for (let i = 0; tokens[i].kind !== 'end'; ) {
    if (tokens[i + 1].text === '=' && tokens[i + 1].kind === 'symbol') {
      pairs.push([tokens[i].text, tokens[i + 2].text]);
      i += 3;
    } else pairs.push([METRIC_NAME, tokens[i++].text]);
  }
  return Labels.from(pairs);
}

function parseValues(text: string): NotedValue[] {
  return [...text.matchAll(/(?:\{\{.*?\}\}|[^\s{])+/g)].flatMap(([item]) => parseItem(item));
}

const NUMBER = String.raw`(?:[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[iI]nf|[nN]a[nN]))`;
const SERIES = new RegExp(`^(${NUMBER}?)([+-]${NUMBER})?x(\\d+)$`);

function parseItem(item: string): NotedValue[] {
  if (item === 'stale') return [{ kind: 'stale' }];
  const blank = /^_(?:x(\d+))?$/.exec(item);
  if (blank !== null) return Array.from({ length: Number(blank[1] ?? 1) }, () => ({ kind: 'none' }));
  if (item.startsWith('{{')) return parseHistograms(item);
  // Repetition first: `0x59` is sixty zeros, not a hexadecimal number.
  const match = SERIES.exec(item);
  const first = parseSignedNumber(match === null ? item : match[1]);
  if (first === null) throw new SyntaxError(`value that is none: ${item}`);
  if (match === null) return [{ kind: 'number', value: first }];
  const increment = match[2] === undefined ? 0 : (parseSignedNumber(match[2]) ?? Number.NaN);
  const values: NotedValue[] = [];
  for (let i = 0, value = first; i <= Number(match[3]); i++, value += increment) values.push({ kind: 'number', value });
  return values;
}

function parseHistograms(item: string): NotedValue[] {
  const match = /^(\{\{.*?\}\})(?:([+-])(\{\{.*?\}\}))?(?:x(\d+))?$/.exec(item);
  if (match === null) throw new SyntaxError(`histogram that is none: ${item}`);
  const [, first, sign, increment, times = '0'] = match;
  const values: NotedValue[] = [];
  let histogram = parseHistogram(first);
  for (let i = 0; i <= Number(times); i++) {
    values.push({ kind: 'histogram', histogram });
    if (increment !== undefined) histogram = grown(histogram, parseHistogram(increment), sign === '-' ? -1 : 1);
  }
  return values;
}

function grown(histogram: NativeHistogram, increment: NativeHistogram, sign: 1 | -1): NativeHistogram {
  const combined = combineHistograms(histogram, increment, sign);
  if (combined.kind === 'incompatible') throw new SyntaxError('histograms that do not add up');
  return { ...combined.histogram, hint: histogram.hint };
}
