'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { PageHeader } from '../../ui/page-header.tsx';
import classes from './alerts.module.css';

const PLACES = [
  { href: '/alerts', name: 'Now' },
  { href: '/alerts/history', name: 'History' },
  { href: '/alerts/notifications', name: 'Notifications' },
  { href: '/alerts/receivers', name: 'Receivers' },
] as const;

/** The heading that the four pages about alerts share. */
export function AlertsFrame({ actions, children }: { readonly actions?: ReactNode; readonly children: ReactNode }) {
  const path = usePathname();
  return (
    <>
      <PageHeader title="Alerts" actions={actions} />
      <nav className={classes.places} aria-label="Alerts">
        {PLACES.map(({ href, name }) => (
          <Link key={href} href={href} className={classes.place} aria-current={path === href ? 'page' : undefined}>
            {name}
          </Link>
        ))}
      </nav>
      {children}
    </>
  );
}
