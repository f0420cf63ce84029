import { formatFloat, formatSignificant, sprintf } from './go-format.ts';

/** What a template may call, as Prometheus defines it (template/template.go). The piped value comes last. */
export type TemplateValue = string | number;
export type TemplateFunction = (...args: TemplateValue[]) => TemplateValue;

/** Arguments, the piped one included: at least and at most. */
interface Entry {
  readonly call: TemplateFunction;
  readonly takes: readonly [number, number];
}

export const FUNCTIONS: Readonly<Record<string, Entry>> = {
  humanize: { call: (value) => humanize(toNumber(value)), takes: [1, 1] },
  humanize1024: { call: (value) => humanize1024(toNumber(value)), takes: [1, 1] },
  humanizeDuration: { call: (value) => humanizeDuration(toNumber(value)), takes: [1, 1] },
  humanizePercentage: { call: (value) => `${formatSignificant(toNumber(value) * 100, 4)}%`, takes: [1, 1] },
  printf: { call: (format, ...args) => sprintf(String(format), args), takes: [1, Number.POSITIVE_INFINITY] },
  title: {
    call: (value) => String(value).replace(/(^|\s)(\p{Ll})/gu, (_, gap: string, letter: string) => gap + letter.toUpperCase()),
    takes: [1, 1],
  },
  toLower: { call: (value) => String(value).toLowerCase(), takes: [1, 1] },
  toUpper: { call: (value) => String(value).toUpperCase(), takes: [1, 1] },
};

export function printValue(value: TemplateValue): string {
  return typeof value === 'number' ? formatFloat(value) : value;
}

/** Text is taken where it is a number: a label's value, say. */
function toNumber(value: TemplateValue): number {
  if (typeof value === 'number') return value;
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (Number.isNaN(number) && value !== 'NaN') throw new RangeError(`${JSON.stringify(value)} is no number`);
  return number;
}

const LARGE = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const SMALL = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];

function humanize(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return formatSignificant(value, 4);
  return Math.abs(value) >= 1 ? scaled(value, 1000, LARGE) : scaledUp(value, '');
}

function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return formatSignificant(value, 4);
  return scaled(
    value,
    1024,
    LARGE.map((prefix) => `${prefix}i`),
  );
}

function humanizeDuration(value: number): string {
  if (!Number.isFinite(value)) return formatSignificant(value, 4);
  if (value === 0) return '0s';
  if (Math.abs(value) < 1) return scaledUp(value, 's');
  const sign = value < 0 ? '-' : '';
  const whole = Math.trunc(Math.abs(value));
  const [seconds, minutes] = [whole % 60, Math.trunc(whole / 60) % 60];
  const [hours, days] = [Math.trunc(whole / 3600) % 24, Math.trunc(whole / 86_400)];
  if (days > 0) return `${sign}${days}d ${hours}h ${minutes}m ${seconds}s`;
  if (hours > 0) return `${sign}${hours}h ${minutes}m ${seconds}s`;
  if (minutes > 0) return `${sign}${minutes}m ${seconds}s`;
  return `${formatSignificant(value, 4)}s`;
}

function scaled(value: number, base: number, prefixes: readonly string[]): string {
  let prefix = '';
  let rest = value;
  for (const next of prefixes) {
    if (Math.abs(rest) < base) break;
    prefix = next;
    rest /= base;
  }
  return `${formatSignificant(rest, 4)}${prefix}`;
}

function scaledUp(value: number, unit: string): string {
  let prefix = '';
  let rest = value;
  for (const next of SMALL) {
    if (Math.abs(rest) >= 1) break;
    prefix = next;
    rest *= 1000;
  }
  return `${formatSignificant(rest, 4)}${prefix}${unit}`;
}
