/**
 * A range as people type it. Tried in this order:
 *
 *   15m · 3h · 2d · 3mo · past 4 hours        the last so much, ending now
 *   today · yesterday · this week · last month  calendar units
 *   now-1h to now-30m                          relative instants
 *   2026-11-22 14:00 to 15:00 · Jan 1 - Jan 2  two instants; the second may leave out what it shares with the first
 *   Nov 22 · 2026-11-22 14:00                  one day, one hour, one minute: as much as was said
 *   1764000000 · 1764000000000 - 1764003600000 epoch seconds or milliseconds
 *
 * Instants are read in the given time zone. A date without a year is the latest one that has begun.
 */
import { addUnits, type CalendarUnit, civilAt, instantOf } from './civil.ts';
import { resolveInstant, SPAN_MIN_MS, type TimeRange } from './range.ts';

export type ParsedRange = { readonly kind: 'range'; readonly range: TimeRange } | { readonly kind: 'invalid'; readonly message: string };

export function parseTimeRange(input: string, nowMs: number, timeZone: string): ParsedRange {
  const text = input.trim().toLowerCase().replace(/[–—]/g, '-').replace(/\s+/g, ' ');
  if (text === '') return { kind: 'invalid', message: 'Type a range: 15m, yesterday, Nov 1 - Nov 2, 2026-11-22 14:00 to 15:00.' };
  const relative = parsePast(text) ?? parseCalendarWord(text) ?? parseRelativePair(text);
  if (relative !== null) return { kind: 'range', range: relative };

  for (const [left, right] of splits(text)) {
    const from = parseInstant(left, nowMs, timeZone, null);
    if (from === null) continue;
    const to = right === 'now' ? { atMs: nowMs, endMs: nowMs } : parseInstant(right, nowMs, timeZone, from.atMs);
    if (to === null) continue;
    // `Jan 1 - Jan 2` means both days, `14:00 to 15:00` ends at three sharp.
    const toMs = to.day === true ? to.endMs : to.atMs;
    if (toMs - from.atMs < SPAN_MIN_MS) return { kind: 'invalid', message: 'The end must be after the start.' };
    return { kind: 'range', range: { kind: 'absolute', fromMs: from.atMs, toMs } };
  }
  const single = parseInstant(text, nowMs, timeZone, null);
  if (single !== null) return { kind: 'range', range: { kind: 'absolute', fromMs: single.atMs, toMs: single.endMs } };
  return { kind: 'invalid', message: `“${input.trim()}” is not a range. Try 15m, yesterday, Nov 1 - Nov 2, or 2026-11-22 14:00 to 15:00.` };
}

const UNIT_WORDS: Record<string, CalendarUnit> = {
  s: 's',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  m: 'm',
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  h: 'h',
  hr: 'h',
  hrs: 'h',
  hour: 'h',
  hours: 'h',
  d: 'd',
  day: 'd',
  days: 'd',
  w: 'w',
  week: 'w',
  weeks: 'w',
  mo: 'mo',
  month: 'mo',
  months: 'mo',
  y: 'y',
  year: 'y',
  years: 'y',
};

function parsePast(text: string): TimeRange | null {
  const match = /^(?:(?:the )?(?:past|last) )?(\d{1,6}) ?([a-z]+)$/.exec(text);
  const unit = match === null ? undefined : UNIT_WORDS[match[2]];
  if (match === null || unit === undefined || Number(match[1]) === 0) return null;
  return { kind: 'relative', from: `now-${Number(match[1])}${unit}`, to: 'now' };
}

function parseCalendarWord(text: string): TimeRange | null {
  if (text === 'today') return { kind: 'relative', from: 'now/d', to: 'now' };
  if (text === 'yesterday') return { kind: 'relative', from: 'now-1d/d', to: 'now/d' };
  const match = /^(this|last|previous) (hour|day|week|month|year)$/.exec(text);
  if (match === null) return null;
  const unit = UNIT_WORDS[match[2]];
  if (match[1] === 'this') return { kind: 'relative', from: `now/${unit}`, to: 'now' };
  return { kind: 'relative', from: `now-1${unit}/${unit}`, to: `now/${unit}` };
}

function parseRelativePair(text: string): TimeRange | null {
  const [from, to = 'now', ...rest] = text.split(/ (?:to|-) |\.\.|(?<!\d)\/(?=now)/);
  const known = (instant: string) => instant.startsWith('now') && resolveInstant(instant, 0, 'UTC') !== null;
  return rest.length === 0 && from !== 'now' && known(from) && known(to) ? { kind: 'relative', from, to } : null;
}

/** All ways to cut the text in two: a date has dashes too. */
function* splits(text: string): Generator<[string, string]> {
  for (const { index, 0: separator } of text.matchAll(/ to | - | until |\.\.|-/g)) {
    yield [text.slice(0, index).trim(), text.slice(index + separator.length).trim()];
  }
}

interface ParsedInstant {
  readonly atMs: number;
  /** The end of what was said: of the day, the minute. */
  readonly endMs: number;
  readonly day?: boolean;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const CLOCK = '(\\d{1,2})(?::(\\d{2})(?::(\\d{2}))?)? ?(am|pm)?';

function parseInstant(text: string, nowMs: number, timeZone: string, afterMs: number | null): ParsedInstant | null {
  if (/^\d{10}$/.test(text)) return { atMs: Number(text) * 1000, endMs: Number(text) * 1000 + 3_600_000 };
  if (/^\d{13}$/.test(text)) return { atMs: Number(text), endMs: Number(text) + 3_600_000 };

  const zulu = /^(\d{4}-\d{2}-\d{2}t[\d:.]+(?:z|[+-]\d{2}:\d{2}))$/.exec(text);
  if (zulu !== null) {
    const atMs = Date.parse(zulu[1].toUpperCase());
    return Number.isNaN(atMs) ? null : { atMs, endMs: atMs + 3_600_000 };
  }

  const { date, clock } = cutDate(text);
  if (date === null && clock === '') return null;
  const base = civilAt(afterMs ?? nowMs, timeZone);
  const time = parseClock(clock);
  if (time === null) return null;
  const days = date === null ? base : dateOf(date, base, afterMs, nowMs, timeZone);
  if (days === null) return null;
  const civil = { year: days.year, month: days.month, day: days.day, hour: time.hour, minute: time.minute, second: time.second };
  const atMs = instantOf(civil, timeZone);
  const read = civilAt(atMs, timeZone);
  if (date !== null && (read.day !== civil.day || read.month !== civil.month)) return null;
  const endMs = time.said === 'day' ? addUnits(atMs, 1, 'd', timeZone) : atMs + (time.said === 'hour' ? 3_600_000 : 60_000);
  return { atMs, endMs, day: time.said === 'day' };
}

interface SaidDate {
  readonly year: number | null;
  readonly month: number;
  readonly day: number;
}

function cutDate(text: string): { date: SaidDate | null; clock: string } {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ]+(.*))?$/.exec(text);
  if (iso !== null) return { date: { year: Number(iso[1]), month: Number(iso[2]), day: Number(iso[3]) }, clock: iso[4] ?? '' };
  const names = MONTHS.join('|');
  const monthFirst = new RegExp(`^(${names})[a-z]*\\.? (\\d{1,2})(?:,? (\\d{4}))?(?:,? +(.*))?$`).exec(text);
  if (monthFirst !== null) return { date: named(monthFirst[1], monthFirst[2], monthFirst[3]), clock: monthFirst[4] ?? '' };
  const dayFirst = new RegExp(`^(\\d{1,2}) (${names})[a-z]*\\.?(?:,? (\\d{4}))?(?:,? +(.*))?$`).exec(text);
  if (dayFirst !== null) return { date: named(dayFirst[2], dayFirst[1], dayFirst[3]), clock: dayFirst[4] ?? '' };
  return { date: null, clock: text };
}

function named(month: string, day: string, year: string | undefined): SaidDate {
  return { year: year === undefined ? null : Number(year), month: MONTHS.indexOf(month) + 1, day: Number(day) };
}

function dateOf(said: SaidDate, base: { year: number }, afterMs: number | null, nowMs: number, timeZone: string) {
  if (said.month < 1 || said.month > 12 || said.day < 1 || said.day > 31) return null;
  if (said.year !== null) return { ...said, year: said.year };
  const start = (year: number) => instantOf({ year, month: said.month, day: said.day, hour: 0, minute: 0, second: 0 }, timeZone);
  let year = base.year;
  if (afterMs === null && start(year) > nowMs) year--;
  if (afterMs !== null && start(year) < afterMs - 86_400_000) year++;
  return { ...said, year };
}

function parseClock(text: string): { hour: number; minute: number; second: number; said: 'day' | 'hour' | 'minute' } | null {
  if (text === '') return { hour: 0, minute: 0, second: 0, said: 'day' };
  const match = new RegExp(`^(?:at )?${CLOCK}$`).exec(text);
  if (match === null || (match[2] === undefined && match[4] === undefined)) return null;
  let hour = Number(match[1]);
  if (match[4] !== undefined) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (match[4] === 'pm' ? 12 : 0);
  }
  const [minute, second] = [Number(match[2] ?? 0), Number(match[3] ?? 0)];
  if (hour > 24 || minute > 59 || second > 59) return null;
  return { hour, minute, second, said: match[2] === undefined || minute === 0 ? 'hour' : 'minute' };
}
