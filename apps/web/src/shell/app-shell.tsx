'use client';

import Link from 'next/link';
import { type ReactNode, Suspense, useState } from 'react';
import { CommandPalette } from './command-palette.tsx';
import { Icon } from './icons.tsx';
import { KeyboardMap } from './keyboard-map.tsx';
import { KioskMode } from './kiosk-mode.tsx';
import styles from './shell.module.css';
import { SideBar } from './side-bar.tsx';
import { TimeControls } from './time-controls.tsx';
import { TopActions } from './top-actions.tsx';

/** The bars around every page. What reads the address waits for the browser; the rest is in the first HTML. */
export function AppShell({ children }: { children: ReactNode }) {
  const [menu, setMenu] = useState(false);
  return (
    <div className={styles.shell} data-menu={menu || undefined}>
      <header className={styles.top}>
        <button
          type="button"
          className={`${styles.button} ${styles.bare} ${styles.menu}`}
          aria-label="Menu"
          aria-expanded={menu}
          onClick={() => setMenu(!menu)}
        >
          <Icon name="menu" />
        </button>
        <Link href="/d/host" prefetch={false} className={styles.brand} aria-label="Tidemark">
          <svg width="20" height="20" viewBox="0 0 16 16" aria-hidden="true">
            <rect width="16" height="16" rx="3" fill="var(--tm-accent)" />
            <path
              d="M2.5 10.5c1.4 0 1.4-5 3.7-5s2.3 5 3.8 5 1.4-2.5 3.5-2.5"
              fill="none"
              stroke="var(--tm-panel)"
              strokeWidth="1.6"
              strokeLinecap="round"
            />
          </svg>
          <span className={styles.label}>Tidemark</span>
        </Link>
        <TopActions />
        <span className={styles.spacer} />
        <Suspense>
          <TimeControls />
        </Suspense>
      </header>
      <SideBar onFollow={() => setMenu(false)} />
      <main className={styles.main} id="main">
        <Suspense>{children}</Suspense>
      </main>
      <Suspense>
        <KioskMode />
        <CommandPalette />
      </Suspense>
      <KeyboardMap />
    </div>
  );
}
