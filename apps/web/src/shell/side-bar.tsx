'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { toggleFolded } from './folded.ts';
import { Icon } from './icons.tsx';
import { PLACES } from './places.ts';
import styles from './shell.module.css';

export function SideBar({ onFollow }: { onFollow: () => void }) {
  const path = usePathname();
  return (
    <nav className={styles.side} aria-label="Places">
      {PLACES.map(({ path: href, also, name, icon }) => {
        const here = path === href || path.startsWith(`${href}/`) || (also !== null && path.startsWith(also));
        return (
          <Link key={href} href={href} className={styles.place} aria-current={here ? 'page' : undefined} title={name} onClick={onFollow}>
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
