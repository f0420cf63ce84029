'use client';

import { useMantineColorScheme } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Icon } from './icons.tsx';
import styles from './shell.module.css';
import { openKeyboardMap, openPalette } from './shell-events.ts';

export const SCHEMES = ['auto', 'light', 'dark'] as const;
const SCHEME_ICONS = { auto: 'system', light: 'sun', dark: 'moon' } as const;
const SCHEME_NAMES = { auto: 'as the system', light: 'light', dark: 'dark' };

/** Search, the keyboard map, the theme. */
export function TopActions() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  // The server does not know the theme: its icon appears once the browser has said it.
  const [mounted, setMounted] = useState(false);
  useEffect(() => setMounted(true), []);
  const scheme = mounted ? colorScheme : 'auto';
  const next = SCHEMES[(SCHEMES.indexOf(scheme) + 1) % SCHEMES.length];
  return (
    <>
      <button type="button" className={`${styles.button} ${styles.search}`} title="Search and commands" onClick={openPalette}>
        <Icon name="search" />
        <span className={styles.label}>Search</span>
        <kbd>Ctrl K</kbd>
      </button>
      <button
        type="button"
        className={`${styles.button} ${styles.bare} ${styles.wide}`}
        title="Keyboard (?)"
        aria-label="Keyboard map"
        onClick={openKeyboardMap}
      >
        <Icon name="keyboard" />
      </button>
      <button
        type="button"
        className={`${styles.button} ${styles.bare}`}
        title={`Theme: ${SCHEME_NAMES[scheme]}`}
        aria-label={`Theme: ${SCHEME_NAMES[scheme]}. Change to ${SCHEME_NAMES[next]}`}
        onClick={() => setColorScheme(next)}
      >
        <Icon name={SCHEME_ICONS[scheme]} />
      </button>
    </>
  );
}
