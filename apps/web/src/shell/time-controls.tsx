'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useSyncExternalStore } from 'react';
import { crosshairGroup, PAGE_GROUP } from '../charts/crosshair.ts';
import { mayLeave } from '../lib/may-leave.ts';
import { timeZoneOf } from '../lib/time-range/civil.ts';
import { chooseStepMs } from '../lib/time-range/step.ts';
import { useTimeRange } from '../lib/time-range/use-time-range.ts';
import { Icon } from './icons.tsx';
import { PLACES } from './places.ts';
import { RangePicker } from './range-picker.tsx';
import styles from './shell.module.css';
import { openRangePicker } from './shell-events.ts';
import { useKeys } from './use-keys.ts';

const AUTO = -1;
const REFRESH_CHOICES: readonly (readonly [number, string])[] = [
  [0, 'off'],
  [AUTO, 'auto'],
  [5_000, '5 s'],
  [10_000, '10 s'],
  [30_000, '30 s'],
  [60_000, '1 min'],
  [300_000, '5 min'],
];

/** The range of the page, live or paused, the refresh interval and the zone; and their keys. */
export function TimeControls() {
  const time = useTimeRange();
  const router = useRouter();
  const page = crosshairGroup(PAGE_GROUP);
  const held = useSyncExternalStore(page.onHold, page.isHeld, () => false);
  const { live, canBeLive, refreshMs, refresh, resolved } = time;

  const everyMs = refreshMs === AUTO ? Math.max(5_000, chooseStepMs(resolved, 500)) : refreshMs;
  useEffect(() => {
    if (live || everyMs === 0) return;
    const timer = setInterval(refresh, everyMs);
    return () => clearInterval(timer);
  }, [live, everyMs, refresh]);

  useKeys({
    't r': openRangePicker,
    't z': time.zoomOut,
    't ArrowLeft': () => time.shift(-1),
    't ArrowRight': () => time.shift(1),
    't b': () => time.back(),
    't l': () => canBeLive && time.setLive(!live),
    't c': () => navigator.clipboard.writeText(`${new Date(resolved.fromMs).toISOString()} - ${new Date(resolved.toMs).toISOString()}`),
    't v': async () => {
      const { parseTimeRange } = await import('../lib/time-range/parse.ts');
      const parsed = parseTimeRange(await navigator.clipboard.readText(), Date.now(), timeZoneOf(time.zone));
      if (parsed.kind === 'range') time.setRange(parsed.range);
    },
    r: refresh,
    ...Object.fromEntries(PLACES.map(({ path, key }) => [`g ${key}`, () => mayLeave() && router.push(path)])),
  });

  return (
    <>
      <RangePicker time={time} />
      <div className={`${styles.group} ${styles.wide}`}>
        <button
          type="button"
          className={styles.button}
          title="Back (t ←)"
          aria-label="Back by half the range"
          onClick={() => time.shift(-1)}
        >
          <Icon name="back" />
        </button>
        <button type="button" className={styles.button} title="Zoom out (t z)" aria-label="Zoom out" onClick={time.zoomOut}>
          <Icon name="zoomOut" />
        </button>
        <button
          type="button"
          className={styles.button}
          title="Forward (t →)"
          aria-label="Forward by half the range"
          onClick={() => time.shift(1)}
        >
          <Icon name="forward" />
        </button>
      </div>
      <button
        type="button"
        className={`${styles.button} ${styles.live}`}
        data-on={live || undefined}
        aria-pressed={live}
        disabled={!canBeLive}
        title={canBeLive ? 'Live or paused (t l)' : 'Only a range that ends now can be live'}
        onClick={() => time.setLive(!live)}
      >
        {live ? <Icon name="pause" /> : <Icon name="play" />}
        {live ? (held ? 'Held' : 'Live') : 'Paused'}
      </button>
      <div className={`${styles.group} ${styles.wide}`}>
        <button type="button" className={styles.button} title="Refresh (r)" aria-label="Refresh" onClick={refresh}>
          <Icon name="refresh" />
        </button>
        <select
          className={styles.select}
          aria-label="Refresh interval"
          disabled={live}
          title={live ? 'Live data needs no refresh' : 'Refresh by itself'}
          value={live ? 0 : refreshMs}
          onChange={(event) => time.setRefresh(Number(event.currentTarget.value))}
        >
          {REFRESH_CHOICES.map(([ms, name]) => (
            <option key={ms} value={ms}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <button
        type="button"
        className={`${styles.button} ${styles.wide}`}
        title="Local time or UTC"
        onClick={() => time.setZone(time.zone === 'utc' ? 'local' : 'utc')}
      >
        {time.zone === 'utc' ? 'UTC' : 'Local'}
      </button>
    </>
  );
}
