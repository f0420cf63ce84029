/**
 * Values in their unit: a figure and, apart from it, a suffix that is set in a lighter grey.
 * The scale (kilo, MiB, minutes) is chosen by magnitude; an axis chooses one for all its labels.
 */
import type { Unit } from '@tidemark/rpc';

export interface FormattedValue {
  readonly figure: string;
  /** Without a leading space; empty for plain numbers. */
  readonly suffix: string;
}

export interface Scale {
  readonly divisor: number;
  readonly suffix: string;
}

export const UNIT_NAMES: Readonly<Record<Unit, string>> = {
  none: 'number',
  percent: 'percent (0–100)',
  ratio: 'percent (0–1)',
  bytes: 'bytes',
  bytes_per_second: 'bytes per second',
  bits_per_second: 'bits per second',
  seconds: 'seconds',
  milliseconds: 'milliseconds',
  hertz: 'hertz',
  per_second: 'per second',
  celsius: '°C',
  count: 'count',
};

/** `decimals` null: three significant digits, four before the point. */
export function formatValue(value: number, unit: Unit = 'none', decimals: number | null = null): FormattedValue {
  if (Number.isNaN(value)) return { figure: '–', suffix: '' };
  if (!Number.isFinite(value)) return { figure: value > 0 ? '+Inf' : '−Inf', suffix: '' };
  let scale = scaleFor(unit, Math.abs(value));
  let figure = figureOf(value / scale.divisor, decimals);
  // 999.96 k is 1 M once it is rounded.
  const rounded = Math.abs(Number(figure.replace('−', '-').replaceAll(',', ''))) * scale.divisor;
  const next = scaleFor(unit, rounded);
  if (next.divisor > scale.divisor) {
    scale = next;
    figure = figureOf(value / scale.divisor, decimals);
  }
  return { figure, suffix: scale.suffix };
}

/** Figure and suffix as one text, for tooltips of the browser, copies and axis labels. */
export function formatText(value: number, unit: Unit = 'none', decimals: number | null = null): string {
  return joined(formatValue(value, unit, decimals));
}

/** An axis label: the scale fits the axis' largest value, the digits its interval. */
export function formatTick(value: number, intervalSize: number, maxAbs: number, unit: Unit): string {
  const scale = scaleFor(unit, maxAbs);
  if (value === 0) return '0';
  const step = intervalSize / scale.divisor;
  let decimals = 0;
  while (decimals < 9 && Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) > 1e-6) decimals++;
  return joined({ figure: fixed(value / scale.divisor, decimals), suffix: scale.suffix });
}

export function scaleFor(unit: Unit, magnitude: number): Scale {
  switch (unit) {
    case 'percent':
      return { divisor: 1, suffix: '%' };
    case 'ratio':
      return { divisor: 0.01, suffix: '%' };
    case 'bytes':
      return pick(BINARY, magnitude, 'B');
    case 'bytes_per_second':
      return pick(BINARY, magnitude, 'B/s');
    case 'bits_per_second':
      return pick(SI, magnitude, 'bit/s');
    case 'hertz':
      return pick(SI, magnitude, 'Hz');
    case 'seconds':
      return pickTime(magnitude, 1);
    case 'milliseconds':
      return pickTime(magnitude / 1000, 1000);
    case 'celsius':
      return { divisor: 1, suffix: '°C' };
    case 'per_second': {
      const { divisor, suffix } = pick(SHORT, magnitude, '');
      return { divisor, suffix: suffix === '' ? '/s' : `${suffix} /s` };
    }
    case 'none':
    case 'count':
      return pick(SHORT, magnitude, '');
  }
}

const BINARY = [
  [1024 ** 5, 'Pi'],
  [1024 ** 4, 'Ti'],
  [1024 ** 3, 'Gi'],
  [1024 ** 2, 'Mi'],
  [1024, 'Ki'],
  [1, ''],
] as const;
const SI = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
  [1, ''],
] as const;
const SHORT = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e4, 'k'],
  [1, ''],
] as const;
const TIME = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'µs'],
  [1e-9, 'ns'],
] as const;

function pick(steps: typeof BINARY | typeof SI | typeof SHORT, magnitude: number, base: string): Scale {
  const [least, prefix] = steps.find(([from]) => magnitude >= from) ?? [1, ''];
  return { divisor: prefix === 'k' ? 1000 : least, suffix: prefix + base };
}

function pickTime(seconds: number, unitsInSecond: number): Scale {
  if (seconds === 0) return { divisor: 1, suffix: unitsInSecond === 1 ? 's' : 'ms' };
  // Two minutes and less read better in seconds, two hours in minutes, two days in hours.
  const [least, suffix] = TIME.find(([from]) => seconds >= (from >= 60 ? from * 2 : from)) ?? TIME[TIME.length - 1];
  return { divisor: least * unitsInSecond, suffix };
}

function figureOf(value: number, decimals: number | null): string {
  if (decimals !== null) return fixed(value, decimals);
  const magnitude = Math.abs(value);
  if (magnitude === 0) return '0';
  if (magnitude < 1e-4) return value.toExponential(1).replace('-', '−');
  if (magnitude >= 10_000) return fixed(Number(value.toPrecision(4)), 0);
  const digits = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : magnitude >= 1 ? 2 : magnitude >= 0.01 ? 3 : magnitude >= 0.001 ? 4 : 5;
  return Number.isInteger(value) ? fixed(value, 0) : fixed(value, digits);
}

/** By hand: `toLocaleString` takes a thousand times as long, and a live page formats hundreds of figures a second. */
function fixed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  const [whole, fraction] = text.split('.');
  const grouped = whole.replace(/\d(?=(\d{3})+$)/g, '$&,') + (fraction === undefined ? '' : `.${fraction}`);
  return value < 0 && Number(text) !== 0 ? `−${grouped}` : grouped;
}

function joined({ figure, suffix }: FormattedValue): string {
  if (suffix === '') return figure;
  return suffix === '%' || suffix === '/s' ? figure + suffix : `${figure} ${suffix}`;
}
