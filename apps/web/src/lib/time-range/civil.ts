/**
 * Civil time in a time zone, by the browser's own zone tables. `timeZone` is an IANA name or `UTC`.
 * Where the clock jumps forward, a time that does not exist is moved forward by the jump; where it is set back, the first of the two is meant.
 */
export interface Civil {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

export type Zone = 'local' | 'utc';

export function timeZoneOf(zone: Zone): string {
  if (zone === 'utc') return 'UTC';
  localZone ??= Intl.DateTimeFormat().resolvedOptions().timeZone;
  return localZone;
}

/** Asked for once: it takes longer than all that is done with it. */
let localZone: string | null = null;

export function civilAt(ms: number, timeZone: string): Civil {
  const shifted = new Date(ms + offsetMsAt(ms, timeZone));
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
  };
}

/** Fields beyond their range carry over, as in `Date.UTC`: day 0 is the last of the month before. */
export function instantOf(civil: Civil, timeZone: string): number {
  const asUtc = Date.UTC(civil.year, civil.month - 1, civil.day, civil.hour, civil.minute, civil.second);
  const before = offsetMsAt(asUtc - 86_400_000, timeZone);
  const after = offsetMsAt(asUtc + 86_400_000, timeZone);
  const early = asUtc - before;
  if (offsetMsAt(early, timeZone) === before) return early;
  const late = asUtc - after;
  return offsetMsAt(late, timeZone) === after ? late : early;
}

/** What the zone's clock is ahead of UTC at an instant. */
export function offsetMsAt(ms: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const fields: Record<string, number> = {};
  for (const part of partsOf(timeZone).formatToParts(ms)) fields[part.type] = Number(part.value);
  const asUtc = Date.UTC(fields.year, fields.month - 1, fields.day, fields.hour, fields.minute, fields.second);
  return asUtc - Math.floor(ms / 1000) * 1000;
}

/** Where the clock begins a unit: the day's midnight, the week's Monday, the hour. */
export type CalendarUnit = 's' | 'm' | 'h' | 'd' | 'w' | 'mo' | 'y';

export function startOf(ms: number, unit: CalendarUnit, timeZone: string): number {
  const civil = civilAt(ms, timeZone);
  switch (unit) {
    case 's':
      return instantOf(civil, timeZone);
    case 'm':
      return instantOf({ ...civil, second: 0 }, timeZone);
    case 'h':
      return instantOf({ ...civil, minute: 0, second: 0 }, timeZone);
    case 'd':
      return instantOf({ ...civil, ...MIDNIGHT }, timeZone);
    case 'w': {
      const weekday = (new Date(Date.UTC(civil.year, civil.month - 1, civil.day)).getUTCDay() + 6) % 7;
      return instantOf({ ...civil, ...MIDNIGHT, day: civil.day - weekday }, timeZone);
    }
    case 'mo':
      return instantOf({ ...civil, ...MIDNIGHT, day: 1 }, timeZone);
    case 'y':
      return instantOf({ ...civil, ...MIDNIGHT, day: 1, month: 1 }, timeZone);
  }
}

/** Seconds, minutes and hours are elapsed time; days and more keep the hour on the clock. */
export function addUnits(ms: number, count: number, unit: CalendarUnit, timeZone: string): number {
  const elapsed = ELAPSED_MS[unit];
  if (elapsed !== undefined) return ms + count * elapsed;
  const civil = civilAt(ms, timeZone);
  const rest = ms - Math.floor(ms / 1000) * 1000;
  if (unit === 'd' || unit === 'w') return rest + instantOf({ ...civil, day: civil.day + count * (unit === 'w' ? 7 : 1) }, timeZone);
  const month = civil.month + count * (unit === 'y' ? 12 : 1);
  const lastDay = new Date(Date.UTC(civil.year, month, 0)).getUTCDate();
  return rest + instantOf({ ...civil, month, day: Math.min(civil.day, lastDay) }, timeZone);
}

const MIDNIGHT = { hour: 0, minute: 0, second: 0 };
const ELAPSED_MS: Partial<Record<CalendarUnit, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

function partsOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  return format;
}

const formats = new Map<string, Intl.DateTimeFormat>();
