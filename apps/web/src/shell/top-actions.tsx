'use client';

import { SCHEMES, setColorScheme, useColorScheme } from './color-scheme.ts';
import { Icon } from './icons.tsx';
import styles from './shell.module.css';
import { openKeyboardMap, openPalette } from './shell-events.ts';

const SCHEME_ICONS = { auto: 'system', light: 'sun', dark: 'moon' } as const;
const SCHEME_NAMES = { auto: 'as the system', light: 'light', dark: 'dark' };

/** Search, the keyboard map, the theme. */
export function TopActions() {
  const scheme = useColorScheme();
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
