import type { LabelSet } from '@tidemark/rpc';
import styles from './ui.module.css';

/** Labels, sorted, the metric's name left out unless asked for. A click gives the label to `onPick`. */
export function LabelPills(props: { labels: LabelSet; withName?: boolean; onPick?: (name: string, value: string) => void }) {
  const names = Object.keys(props.labels)
    .filter((name) => props.withName || name !== '__name__')
    .sort();
  return (
    <span className={styles.pills}>
      {names.map((name) => {
        const value = props.labels[name];
        const text = (
          <>
            <span className={styles.pillName}>{name}=</span>
            {value}
          </>
        );
        const shared = { className: styles.pill, title: `${name}="${value}"` };
        if (props.onPick === undefined) {
          return (
            <span key={name} {...shared}>
              {text}
            </span>
          );
        }
        return (
          <button key={name} type="button" {...shared} onClick={() => props.onPick?.(name, value)}>
            {text}
          </button>
        );
      })}
    </span>
  );
}
