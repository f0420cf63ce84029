'use client';

import { useState } from 'react';
import type { EditorHandle } from '../../editor/promql-editor.tsx';
import { ExplainedQuery } from '../../explain/explained-query.tsx';
import classes from './rule-editor.module.css';

export interface RuleCostProps {
  readonly expr: string;
  readonly editor: EditorHandle | null;
}

/** What one evaluation of the rule costs, at the moment it is opened: a rule pays it each second. */
export function RuleCost({ expr, editor }: RuleCostProps) {
  const [openedAtMs, setOpenedAtMs] = useState<number | null>(null);
  return (
    <details onToggle={(event) => setOpenedAtMs(event.currentTarget.open ? Date.now() : null)}>
      <summary className={classes.label}>What an evaluation costs</summary>
      {openedAtMs !== null && (
        <ExplainedQuery
          name="the rule"
          asked={{ expr, startMs: openedAtMs, endMs: openedAtMs, stepMs: 1000 }}
          onPoint={(span) => editor?.highlight(expr, span)}
        />
      )}
    </details>
  );
}
