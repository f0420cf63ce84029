import type { ReactNode } from 'react';
import styles from './ui.module.css';

/** What went wrong, in a sentence, where it went wrong. */
export function ErrorState(props: { title?: string; message: string; action?: ReactNode; compact?: boolean }) {
  return (
    <div role="alert" className={props.compact ? `${styles.center} ${styles.compact}` : styles.center}>
      <p className={`${styles.centerTitle} ${styles.errorTitle}`}>{props.title ?? 'This did not work'}</p>
      <div className={styles.centerText}>{props.message}</div>
      {props.action}
    </div>
  );
}
