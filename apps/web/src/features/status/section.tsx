import type { ReactNode } from 'react';
import classes from './status.module.css';

export function Section({ title, note, children }: { readonly title: string; readonly note?: ReactNode; readonly children: ReactNode }) {
  return (
    <section className={classes.section}>
      <h2 className={classes.heading}>
        {title}
        {note !== undefined && <span className={classes.note}>{note}</span>}
      </h2>
      {children}
    </section>
  );
}
