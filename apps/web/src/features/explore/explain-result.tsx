'use client';

import { useElementSize } from '@mantine/hooks';
import type { EditorHandle } from '../../editor/promql-editor.tsx';
import { ExplainedQuery } from '../../explain/explained-query.tsx';
import { alignToStep, chooseStepMs } from '../../lib/time-range/step.ts';
import { useTimeRange } from '../../lib/time-range/use-time-range.ts';
import classes from './explore.module.css';
import { askedQueries, type ExploreState } from './explore-state.ts';
import { ResultNotes } from './result-notes.tsx';

export interface ExplainResultProps {
  readonly state: ExploreState;
  /** Of the query with that letter, while it is there. */
  readonly editorOf: (id: string) => EditorHandle | undefined;
}

/** Where the time of each query goes: each is run over the range, as its chart would be, and told node by node. */
export function ExplainResult({ state, editorOf }: ExplainResultProps) {
  const { ref, width } = useElementSize();
  const { resolved } = useTimeRange();
  const stepMs = chooseStepMs(resolved, width);
  const { startMs, endMs } = alignToStep(resolved, stepMs);
  const { resolution } = state;
  return (
    <div ref={ref} className={classes.result}>
      {width > 0 &&
        askedQueries(state).map(({ id, expr }) => (
          <ExplainedQuery
            key={id}
            name={id}
            asked={{ expr, startMs, endMs, stepMs, resolution }}
            onPoint={(span) => editorOf(id)?.highlight(expr, span)}
            head={({ cost, notes }) => <ResultNotes rows={[{ id, cost, notes }]} />}
          />
        ))}
    </div>
  );
}
