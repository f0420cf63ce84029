import type { IncomingMessage } from 'node:http';
import { readBody } from '@tidemark/base/http';
import { FORM_BYTES_MAX } from '../limits.ts';
import { ApiError, badParameter } from './api-error.ts';

/**
 * A request's parameters: of the address and, for POST, of the form in its body, which goes first.
 * Every reader throws `ApiError` in Prometheus' words.
 */
export class Parameters {
  readonly #values: URLSearchParams;

  constructor(values: URLSearchParams) {
    this.#values = values;
  }

  static async read(request: IncomingMessage, url: URL): Promise<Parameters> {
    if (request.method !== 'POST') return new Parameters(url.searchParams);
    const values = await readForm(request);
    for (const [name, value] of url.searchParams) values.append(name, value);
    return new Parameters(values);
  }

  text(name: string): string {
    return this.#values.get(name) ?? '';
  }

  all(name: string): string[] {
    return this.#values.getAll(name);
  }

  /** Milliseconds since the epoch; `missing` when it is not given. Without one it must be given. */
  timeMs(name: string, missing?: number): number {
    const text = this.text(name);
    if (text === '' && missing !== undefined) return missing;
    const timeMs = parseTime(text);
    if (timeMs === null) {
      const what = missing === undefined ? '' : `invalid time value for '${name}': `;
      throw badParameter(name, `${what}cannot parse ${JSON.stringify(text)} to a valid timestamp`);
    }
    return timeMs;
  }

  durationMs(name: string): number {
    const text = this.text(name);
    const durationMs = parseDuration(text);
    if (durationMs === null) throw badParameter(name, `cannot parse ${JSON.stringify(text)} to a valid duration`);
    if (Math.abs(durationMs) > DURATION_MS_MAX) {
      throw badParameter(name, `cannot parse ${JSON.stringify(text)} to a valid duration. It overflows int64`);
    }
    return durationMs;
  }

  optionalDurationMs(name: string): number | undefined {
    return this.text(name) === '' ? undefined : this.durationMs(name);
  }

  /** How many results at most; `Infinity` for none given and for 0. */
  limit(): number {
    const text = this.text('limit');
    if (text === '') return Number.POSITIVE_INFINITY;
    if (!/^[+-]?\d{1,18}$/.test(text)) throw badParameter('limit', `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
    const limit = Number(text);
    if (limit < 0) throw badParameter('limit', 'limit must be non-negative');
    return limit === 0 ? Number.POSITIVE_INFINITY : limit;
  }
}

/** The ends of time, for ranges without bounds: what a JavaScript date can hold. */
export const TIME_MIN_MS = -8_640_000_000_000_000;
export const TIME_MAX_MS = 8_640_000_000_000_000;

/** 2^63 nanoseconds: Go's longest duration. */
const DURATION_MS_MAX = 2 ** 63 / 1e6;

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const RFC3339 = /^(-?\d{4,9})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/;

/** Unix seconds with a fraction, or RFC 3339; null when it is neither. Beyond the ends of time: the nearer end. */
export function parseTime(text: string): number | null {
  if (DECIMAL.test(text)) {
    const seconds = Number(text);
    const whole = Math.trunc(seconds);
    return clampTime(whole * 1000 + Math.round((seconds - whole) * 1000));
  }
  const parts = RFC3339.exec(text);
  if (parts === null) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number);
  // What Grafana sends for "from ever" and "until ever" lies beyond a date's reach.
  if (Math.abs(year) > 270_000) return year < 0 ? TIME_MIN_MS : TIME_MAX_MS;
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return null;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCDate() !== day) return null;
  const zone = parts[8];
  const offsetMinutes = zone === 'Z' ? 0 : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
  const fractionMs = Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3));
  return clampTime(date.getTime() + ((hour * 60 + minute - offsetMinutes) * 60 + second) * 1000 + fractionMs);
}

function clampTime(timeMs: number): number {
  return Math.min(Math.max(timeMs, TIME_MIN_MS), TIME_MAX_MS);
}

const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const UNIT_MS = [365 * 86_400_000, 7 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1_000, 1];

/** Seconds with a fraction, or Prometheus' `1h30m`; null when it is neither. */
export function parseDuration(text: string): number | null {
  if (DECIMAL.test(text)) return Number(text) * 1000;
  const parts = text === '' ? null : DURATION.exec(text);
  return parts === null ? null : UNIT_MS.reduce((sum, unitMs, i) => sum + Number(parts[i + 1] ?? 0) * unitMs, 0);
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const body = await readBody(request, FORM_BYTES_MAX);
  switch (body.kind) {
    case 'too_large':
      throw new ApiError('bad_data', `error parsing form values: http: POST too large: more than ${body.limitBytes} bytes`);
    case 'aborted':
      throw new ApiError('canceled', 'the client has gone');
    case 'body':
      // As Go has it: a body of another type is no form, and is not looked at.
      return new URLSearchParams(isForm(request) ? body.bytes.toString('utf8') : '');
  }
}

function isForm(request: IncomingMessage): boolean {
  return (request.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase() === 'application/x-www-form-urlencoded';
}
