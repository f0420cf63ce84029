'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useEffect, useState } from 'react';
import { PREFETCH_AFTER_MS } from '../lib/limits.ts';
import { toggleFolded } from './folded.ts';
import { Icon } from './icons.tsx';
import { PLACES } from './places.ts';
import styles from './shell.module.css';

export function SideBar({ onFollow }: { onFollow: () => void }) {
  const path = usePathname();
  const settled = useSettled();
  return (
    <nav className={styles.side} aria-label="Places">
      {PLACES.map(({ path: href, also, name, icon }) => {
        const here = path === href || path.startsWith(`${href}/`) || (also !== null && path.startsWith(also));
        return (
          <Link
            key={href}
            href={href}
            prefetch={settled ? 'auto' : false}
            className={styles.place}
            aria-current={here ? 'page' : undefined}
            title={name}
            onClick={onFollow}
          >
            <Icon name={icon} />
            <span className={styles.label}>{name}</span>
          </Link>
        );
      })}
      <button type="button" className={`${styles.place} ${styles.fold}`} title="Fold the side bar" onClick={toggleFolded}>
        <Icon name="fold" />
        <span className={styles.label}>Fold</span>
      </button>
    </nav>
  );
}

/** The page that was asked for has had its time: the others may be fetched. */
function useSettled(): boolean {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), PREFETCH_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return settled;
}
