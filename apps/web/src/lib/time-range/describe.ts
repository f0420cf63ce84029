/** Ranges and instants in words: 24-hour clock, `22 Nov 14:02:07`. */
import { civilAt, timeZoneOf, type Zone } from './civil.ts';
import type { TimeRange } from './range.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const UNITS: Record<string, string> = { s: 'second', m: 'minute', h: 'hour', d: 'day', w: 'week', mo: 'month', y: 'year' };

export function describeRange(range: TimeRange, zone: Zone): string {
  if (range.kind === 'absolute') {
    const [from, to] = [civilAt(range.fromMs, timeZoneOf(zone)), civilAt(range.toMs, timeZoneOf(zone))];
    const sameDay = from.year === to.year && from.month === to.month && from.day === to.day;
    return `${dateTimeText(range.fromMs, zone, 'short')} – ${sameDay ? clockText(range.toMs, zone, 'short') : dateTimeText(range.toMs, zone, 'short')}`;
  }
  const last = /^now-(\d+)(s|m|h|d|w|mo|y)$/.exec(range.from);
  if (range.to === 'now' && last !== null) {
    const unit = UNITS[last[2]];
    return last[1] === '1' ? `Last ${unit}` : `Last ${last[1]} ${unit}s`;
  }
  if (range.to === 'now' && range.from === 'now/d') return 'Today';
  if (range.to === 'now/d' && range.from === 'now-1d/d') return 'Yesterday';
  const current = /^now\/(h|w|mo|y)$/.exec(range.from);
  if (range.to === 'now' && current !== null) return `This ${UNITS[current[1]]}`;
  const previous = /^now-1(h|w|mo|y)\/\1$/.exec(range.from);
  if (previous !== null && range.to === `now/${previous[1]}`) return `Previous ${UNITS[previous[1]]}`;
  return `${range.from} to ${range.to}`;
}

/** `22 Nov 14:02:07`; with the year when it is not this one. `short` leaves out seconds that are zero. */
export function dateTimeText(ms: number, zone: Zone, length: 'full' | 'short' = 'full', nowMs = Date.now()): string {
  const timeZone = timeZoneOf(zone);
  const civil = civilAt(ms, timeZone);
  const year = civil.year === civilAt(nowMs, timeZone).year ? '' : ` ${civil.year}`;
  return `${civil.day} ${MONTHS[civil.month - 1]}${year} ${clockText(ms, zone, length)}`;
}

export function clockText(ms: number, zone: Zone, length: 'full' | 'short' = 'full'): string {
  const { hour, minute, second } = civilAt(ms, timeZoneOf(zone));
  const short = `${two(hour)}:${two(minute)}`;
  return length === 'short' && second === 0 ? short : `${short}:${two(second)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
