import type { Unit } from '@tidemark/rpc';
import { formatValue } from './format-value.ts';
import styles from './ui.module.css';

/** A figure with its unit set apart, in figures of one width. */
export function ValueText({ value, unit, decimals }: { value: number; unit?: Unit; decimals?: number | null }) {
  const { figure, suffix } = formatValue(value, unit, decimals ?? null);
  return (
    <span className={styles.figure}>
      {figure}
      {suffix !== '' && <span className={styles.suffix}>{suffix}</span>}
    </span>
  );
}
