'use client';

import { useEffect, useRef } from 'react';
import styles from './shell.module.css';

const KEYS: readonly (readonly [string, string])[] = [
  ['Ctrl K', 'Search and commands'],
  ['?', 'This map'],
  ['t r', 'Type a time range'],
  ['t z', 'Zoom out'],
  ['t ←', 'Back by half the range'],
  ['t →', 'Forward by half the range'],
  ['t b', 'To the range before'],
  ['t l', 'Live or paused'],
  ['t c', 'Copy the range'],
  ['t v', 'Paste a range'],
  ['r', 'Refresh'],
  ['g d', 'Dashboards'],
  ['g e', 'Explore'],
  ['g r', 'Rules'],
  ['g a', 'Alerts'],
  ['g s', 'Status'],
  ['Ctrl Z', 'Undo an edit of a dashboard'],
  ['Ctrl ⇧ Z', 'Redo it'],
  ['Ctrl S', 'Save a dashboard'],
  ['Esc', 'Close; leave kiosk mode'],
];

/** `wanted` counts how often it was asked for. */
export function KeyboardDialog({ wanted }: { wanted: number }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (wanted > 0) dialog.current?.showModal();
  }, [wanted]);
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby="keyboard-map"
      onClick={(event) => event.target === event.currentTarget && dialog.current?.close()}
      onKeyDown={(event) => event.key === 'Escape' && dialog.current?.close()}
    >
      <h2 id="keyboard-map">Keyboard</h2>
      <dl className={styles.keys}>
        {KEYS.map(([keys, what]) => (
          <div key={keys} className={styles.keyRow}>
            <dt>{what}</dt>
            <dd>
              {keys.split(' ').map((key) => (
                <kbd key={key} className={styles.key}>
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
