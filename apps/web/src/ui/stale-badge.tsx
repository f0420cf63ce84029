'use client';

import { TimeText } from './time-text.tsx';
import styles from './ui.module.css';

/** Beside data that has stopped moving. */
export function StaleBadge({ sinceMs }: { sinceMs: number | null }) {
  return (
    <span className={styles.stale} title="What is shown is the last that arrived.">
      <svg width="9" height="9" viewBox="0 0 10 10" aria-hidden="true">
        <path d="M5 0.5 L9.5 5 L5 9.5 L0.5 5 Z" fill="none" stroke="currentColor" strokeWidth="1.5" />
      </svg>
      stale
      {sinceMs !== null && (
        <span className={styles.staleSince}>
          {' '}
          since <TimeText ms={sinceMs} clockOnly />
        </span>
      )}
    </span>
  );
}
