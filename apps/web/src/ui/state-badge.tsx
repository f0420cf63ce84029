import styles from './ui.module.css';

export type BadgeState = 'ok' | 'pending' | 'firing' | 'nodata';

const WORDS: Record<BadgeState, string> = { ok: 'OK', pending: 'Pending', firing: 'Firing', nodata: 'No data' };

/** The four states, each with its own shape and word: circle, clock-like ring, triangle, dash. */
export function StateBadge({ state, children }: { state: BadgeState; children?: React.ReactNode }) {
  return (
    <span className={styles.state} data-state={state} style={{ color: `var(--tm-${state})` }}>
      <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
        {SHAPES[state]}
      </svg>
      {children ?? WORDS[state]}
    </span>
  );
}

const SHAPES: Record<BadgeState, React.ReactNode> = {
  ok: <circle cx="5" cy="5" r="4" fill="currentColor" />,
  pending: (
    <>
      <circle cx="5" cy="5" r="3.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M5 1.5 A3.5 3.5 0 0 1 5 8.5 Z" fill="currentColor" />
    </>
  ),
  firing: <path d="M5 0.5 L9.8 9.2 H0.2 Z" fill="currentColor" />,
  nodata: <path d="M1 5 H9" stroke="currentColor" strokeWidth="2" strokeDasharray="2.5 1.5" />,
};
