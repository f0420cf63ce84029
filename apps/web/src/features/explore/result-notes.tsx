import type { QueryCost } from '@tidemark/rpc';
import { Duration } from '../../ui/time-text.tsx';
import { ValueText } from '../../ui/value-text.tsx';
import classes from './explore.module.css';

export interface ResultNotesProps {
  readonly rows: readonly { readonly id: string; readonly cost: QueryCost | null; readonly notes: readonly string[] }[];
}

/** What each query cost, and what the evaluator has to say about it. */
export function ResultNotes({ rows }: ResultNotesProps) {
  return (
    <div className={classes.notes}>
      {rows.map(({ id, cost, notes }) => (
        <span key={id} className={classes.note}>
          <span className={classes.letter}>{id}</span>
          {cost === null ? (
            '–'
          ) : (
            <span>
              <ValueText value={cost.series} unit="count" /> series, <ValueText value={cost.samples} unit="count" /> samples and points in{' '}
              <Duration ms={cost.elapsedMs} />
            </span>
          )}
          {notes.map((note) => (
            <span key={note} className={classes.warning}>
              {note}
            </span>
          ))}
        </span>
      ))}
    </div>
  );
}
