/** Where the axes are labelled: round values in the panel's unit, round instants in the reader's zone. */
import type { Unit } from '@tidemark/rpc';
import { addUnits, civilAt, offsetMsAt, startOf } from '../lib/time-range/civil.ts';
import { scaleFor } from '../ui/format-value.ts';

export interface ValueTicks {
  readonly interval: number;
  readonly values: readonly number[];
}

/** Between min and max, at least `spacingPx` apart. The first and last lie within the extent. */
export function valueTicks(min: number, max: number, heightPx: number, unit: Unit, spacingPx = 36): ValueTicks {
  const interval = roundInterval(((max - min) * spacingPx) / Math.max(spacingPx, heightPx), unit, Math.max(Math.abs(min), Math.abs(max)));
  const values: number[] = [];
  const first = Math.ceil(min / interval - 1e-9);
  const last = Math.floor(max / interval + 1e-9);
  // Adding zero makes the tick at -0 a plain 0.
  for (let i = first; i <= last && values.length < 100; i++) values.push(i * interval + 0);
  return { interval, values };
}

/** The least round interval that is not below `least`, round in the unit that the labels will have. */
function roundInterval(least: number, unit: Unit, maxAbs: number): number {
  const { divisor, suffix } = scaleFor(unit, maxAbs);
  const scaled = least / divisor;
  const isTime = (suffix === 's' || suffix === 'min') && scaled >= 1;
  const steps = isTime ? [1, 2, 5, 10, 15, 30, 60] : [1, 2, 2.5, 5, 10];
  const power = isTime ? 1 : 10 ** Math.floor(Math.log10(scaled));
  const step =
    steps.find((candidate) => candidate * power >= scaled * (1 - 1e-9)) ??
    steps[steps.length - 1] * Math.ceil(scaled / steps[steps.length - 1]);
  return step * power * divisor;
}

export interface TimeTick {
  readonly atMs: number;
  readonly label: string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WITHIN_DAY_MS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
];
const DAYS = [1, 2, 7, 14];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function timeTicks(fromMs: number, toMs: number, widthPx: number, timeZone: string, spacingPx = 84): readonly TimeTick[] {
  const least = ((toMs - fromMs) * spacingPx) / Math.max(spacingPx, widthPx);
  const within = WITHIN_DAY_MS.find((interval) => interval >= least);
  if (within !== undefined) return ticksWithinDay(fromMs, toMs, within, timeZone);
  const days = DAYS.find((count) => count * DAY >= least);
  if (days !== undefined) {
    const first = addUnits(startOf(fromMs, days >= 7 ? 'w' : 'd', timeZone), 0, 'd', timeZone);
    return walk(
      first,
      fromMs,
      toMs,
      (at) => addUnits(at, days, 'd', timeZone),
      (at) => dayLabel(at, timeZone),
    );
  }
  const months = Math.max(1, Math.ceil(least / (30 * DAY)));
  return walk(
    startOf(fromMs, months >= 6 ? 'y' : 'mo', timeZone),
    fromMs,
    toMs,
    (at) => addUnits(at, months, 'mo', timeZone),
    (at) => monthLabel(at, timeZone),
  );
}

function ticksWithinDay(fromMs: number, toMs: number, interval: number, timeZone: string): TimeTick[] {
  const offset = offsetMsAt(fromMs, timeZone);
  const first = Math.ceil((fromMs + offset) / interval) * interval - offset;
  return walk(
    first,
    fromMs,
    toMs,
    (at) => at + interval,
    (at) => clockLabel(at, interval, timeZone),
  );
}

function walk(first: number, fromMs: number, toMs: number, next: (at: number) => number, label: (at: number) => string): TimeTick[] {
  const ticks: TimeTick[] = [];
  for (let at = first; at <= toMs && ticks.length < 100; at = next(at)) if (at >= fromMs) ticks.push({ atMs: at, label: label(at) });
  return ticks;
}

function clockLabel(at: number, interval: number, timeZone: string): string {
  const { day, month, hour, minute, second } = civilAt(at, timeZone);
  if (hour === 0 && minute === 0 && second === 0) return `${day} ${MONTHS[month - 1]}`;
  const text = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
  return interval < MINUTE ? `${text}:${String(second).padStart(2, '0')}` : text;
}

function dayLabel(at: number, timeZone: string): string {
  const { day, month } = civilAt(at, timeZone);
  return `${day} ${MONTHS[month - 1]}`;
}

function monthLabel(at: number, timeZone: string): string {
  const { month, year } = civilAt(at, timeZone);
  return month === 1 ? String(year) : MONTHS[month - 1];
}
