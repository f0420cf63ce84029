'use client';

import { useSyncExternalStore } from 'react';
import { clockText, dateTimeText } from '../lib/time-range/describe.ts';
import { timeStore } from '../lib/time-range/time-store.ts';
import { durationText } from './duration-text.ts';
import styles from './ui.module.css';

/** `22 Nov 14:02:07` in the reader's zone; the zone and the ISO form on hover. `relative` adds how long ago. */
export function TimeText({ ms, relative, clockOnly }: { ms: number; relative?: boolean; clockOnly?: boolean }) {
  const zone = useSyncExternalStore(timeStore.subscribe, timeStore.getZone, timeStore.getZone);
  return (
    <time
      className={styles.time}
      dateTime={new Date(ms).toISOString()}
      title={`${new Date(ms).toISOString()} (shown in ${zone === 'utc' ? 'UTC' : 'local time'})`}
    >
      {clockOnly ? clockText(ms, zone) : dateTimeText(ms, zone)}
      {relative && <span className={styles.relative}> · {durationText(Math.max(0, Date.now() - ms))} ago</span>}
    </time>
  );
}

/** `2 h 5 min`, with the exact milliseconds on hover. */
export function Duration({ ms }: { ms: number }) {
  return (
    <span className={styles.time} title={`${ms} ms`}>
      {durationText(ms)}
    </span>
  );
}
