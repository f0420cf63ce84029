'use client';

/** Below the range field: how what is typed is read, the usual ranges, and two exact instants. Fetched when the field is first used. */
import { useEffect, useState } from 'react';
import { civilAt, instantOf, timeZoneOf, type Zone } from '../lib/time-range/civil.ts';
import { dateTimeText, describeRange } from '../lib/time-range/describe.ts';
import { type ParsedRange, parseTimeRange } from '../lib/time-range/parse.ts';
import { resolveRange, SPAN_MIN_MS, sameRange, type TimeRange } from '../lib/time-range/range.ts';
import type { TimeRangeState } from '../lib/time-range/use-time-range.ts';
import { durationText } from '../ui/duration-text.ts';
import { PRESETS } from './presets.ts';
import styles from './shell.module.css';

export interface RangeDropdownProps {
  readonly time: TimeRangeState;
  /** Null or blank: nothing was typed yet. */
  readonly typed: string | null;
  readonly onReading: (parsed: ParsedRange | null) => void;
  readonly onApply: (range: TimeRange) => void;
}

export function RangeDropdown({ time, typed, onReading, onApply }: RangeDropdownProps) {
  const blank = typed === null || typed.trim() === '';
  const parsed = blank ? null : parseTimeRange(typed, Date.now(), timeZoneOf(time.zone));
  const reading = JSON.stringify(parsed);
  useEffect(() => onReading(JSON.parse(reading) as ParsedRange | null), [reading, onReading]);
  return (
    <div className={styles.dropdown}>
      <Reading parsed={parsed} zone={time.zone} current={time.range} nowMs={Date.now()} />
      <div className={styles.choices}>
        <ul className={styles.presets}>
          {PRESETS.map((range) => (
            <li key={describeRange(range, time.zone)}>
              <button type="button" aria-pressed={sameRange(range, time.range)} onClick={() => onApply(range)}>
                {describeRange(range, time.zone)}
              </button>
            </li>
          ))}
        </ul>
        <AbsoluteForm time={time} onApply={onApply} />
      </div>
    </div>
  );
}

/** What was typed, as it is understood. */
function Reading(props: { parsed: ParsedRange | null; zone: Zone; current: TimeRange; nowMs: number }) {
  const { parsed, zone } = props;
  if (parsed?.kind === 'invalid') {
    return (
      <div className={styles.reading} data-invalid="true" role="status">
        {parsed.message}
      </div>
    );
  }
  const range = parsed === null ? props.current : parsed.range;
  const { fromMs, toMs } = resolveRange(range, props.nowMs, timeZoneOf(zone));
  return (
    <div className={styles.reading} role="status">
      {dateTimeText(fromMs, zone)} – {dateTimeText(toMs, zone)} · {durationText(toMs - fromMs)} ·{' '}
      {zone === 'utc' ? 'UTC' : timeZoneOf('local')}
      {parsed !== null && ' · Enter to apply'}
    </div>
  );
}

function AbsoluteForm({ time, onApply }: { time: TimeRangeState; onApply: (range: TimeRange) => void }) {
  const timeZone = timeZoneOf(time.zone);
  const [from, setFrom] = useState(() => fieldText(time.resolved.fromMs, timeZone));
  const [to, setTo] = useState(() => fieldText(time.resolved.toMs, timeZone));
  const [fromMs, toMs] = [fieldInstant(from, timeZone), fieldInstant(to, timeZone)];
  const valid = fromMs !== null && toMs !== null && toMs - fromMs >= SPAN_MIN_MS;
  return (
    <form
      className={styles.absolute}
      onSubmit={(event) => {
        event.preventDefault();
        if (valid) onApply({ kind: 'absolute', fromMs, toMs });
      }}
    >
      <h3>From one instant to another</h3>
      <label>
        From
        <input
          type="text"
          spellCheck={false}
          autoComplete="off"
          placeholder="2026-11-22 14:00:00"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
      </label>
      <label>
        To
        <input
          type="text"
          spellCheck={false}
          autoComplete="off"
          placeholder="2026-11-22 15:00:00"
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
      </label>
      <button type="submit" className={`${styles.button} ${styles.primary}`} disabled={!valid}>
        Apply
      </button>
      <h3>Or type it above</h3>
      <ul className={styles.examples}>
        {['45m', '3mo', 'yesterday', 'Nov 1 - Nov 2', '14:00 to 15:30', 'now-2h to now-1h', '1764000000'].map((example) => (
          <li key={example}>
            <code>{example}</code>
          </li>
        ))}
      </ul>
    </form>
  );
}

function fieldText(ms: number, timeZone: string): string {
  const { year, month, day, hour, minute, second } = civilAt(ms, timeZone);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
}

function fieldInstant(text: string, timeZone: string): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?$/.exec(text.trim());
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0));
  return instantOf({ year, month, day, hour, minute, second }, timeZone);
}
