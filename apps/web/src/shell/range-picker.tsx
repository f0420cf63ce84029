'use client';

/** One field to type a range into; what is below it comes with the first focus. */
import { type KeyboardEvent, lazy, Suspense, useEffect, useRef, useState } from 'react';
import { bumpField } from '../lib/time-range/bump-field.ts';
import { describeRange } from '../lib/time-range/describe.ts';
import type { ParsedRange } from '../lib/time-range/parse.ts';
import type { TimeRange } from '../lib/time-range/range.ts';
import type { TimeRangeState } from '../lib/time-range/use-time-range.ts';
import { durationText } from '../ui/duration-text.ts';
import styles from './shell.module.css';
import { onRangePicker } from './shell-events.ts';

const RangeDropdown = lazy(() => import('./range-dropdown.tsx').then((module) => ({ default: module.RangeDropdown })));

export function RangePicker({ time }: { time: TimeRangeState }) {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState<string | null>(null);
  const [reading, setReading] = useState<ParsedRange | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => onRangePicker(() => input.current?.focus()), []);
  useEffect(() => {
    if (!open) return;
    const onDown = (event: PointerEvent) => {
      if (box.current?.contains(event.target as Node)) return;
      setOpen(false);
      setTyped(null);
    };
    window.addEventListener('pointerdown', onDown);
    return () => window.removeEventListener('pointerdown', onDown);
  }, [open]);

  const close = () => {
    setOpen(false);
    setTyped(null);
    input.current?.blur();
  };
  const apply = (range: TimeRange) => {
    time.setRange(range);
    close();
  };
  const onKey = (event: KeyboardEvent<HTMLInputElement>) => {
    const field = event.currentTarget;
    if (event.key === 'Enter' && reading?.kind === 'range') apply(reading.range);
    if (event.key === 'Escape') close();
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    const bumped = bumpField(field.value, field.selectionStart ?? 0, event.key === 'ArrowUp' ? 1 : -1);
    if (bumped === null) return;
    setTyped(bumped.text);
    requestAnimationFrame(() => field.setSelectionRange(bumped.from, bumped.to));
  };

  return (
    <div ref={box} className={styles.picker}>
      <div className={styles.field} data-invalid={(open && reading?.kind === 'invalid') || undefined}>
        <span className={styles.span}>{durationText(time.resolved.toMs - time.resolved.fromMs).replaceAll(' ', '\u2009')}</span>
        <input
          ref={input}
          aria-label="Time range"
          value={typed ?? describeRange(time.range, time.zone)}
          spellCheck={false}
          autoComplete="off"
          onFocus={(event) => {
            setOpen(true);
            event.currentTarget.select();
          }}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={onKey}
        />
      </div>
      {open && (
        <Suspense>
          <RangeDropdown time={time} typed={typed} onReading={setReading} onApply={apply} />
        </Suspense>
      )}
    </div>
  );
}
