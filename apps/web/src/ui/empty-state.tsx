import type { ReactNode } from 'react';
import { CopySnippet } from './copy-snippet.tsx';
import styles from './ui.module.css';

/** Says what would fill this place, with the snippet to copy. */
export function EmptyState(props: { title: string; children?: ReactNode; snippet?: string; action?: ReactNode; compact?: boolean }) {
  return (
    <div className={props.compact ? `${styles.center} ${styles.compact}` : styles.center}>
      <p className={styles.centerTitle}>{props.title}</p>
      {props.children !== undefined && <div className={styles.centerText}>{props.children}</div>}
      {props.snippet !== undefined && <CopySnippet text={props.snippet} />}
      {props.action}
    </div>
  );
}
