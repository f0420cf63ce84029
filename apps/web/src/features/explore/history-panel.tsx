'use client';

import { Button } from '@mantine/core';
import { useState } from 'react';
import { TextField } from '../../form/text-field.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { TimeText } from '../../ui/time-text.tsx';
import { searchHistory } from './query-history.ts';
import classes from './side-panel.module.css';
import type { QueryHistory } from './use-query-history.ts';

/** What was run in this browser; a click runs it again. */
export function HistoryPanel({ history, onPick }: { readonly history: QueryHistory; readonly onPick: (expr: string) => void }) {
  const [search, setSearch] = useState('');
  const found = searchHistory(history.past, search);
  if (history.past.length === 0) {
    return (
      <EmptyState title="Nothing was run yet" compact>
        Every expression that you run is kept here, in this browser only.
      </EmptyState>
    );
  }
  return (
    <>
      <TextField bare label="Search history" placeholder="Search history" value={search} onChange={setSearch} />
      <div className={classes.list}>
        {found.map(({ expr, ranAtMs }) => (
          <button key={expr} type="button" className={classes.past} title={expr} onClick={() => onPick(expr)}>
            <span className={classes.expr}>{expr}</span>
            <span className={classes.about}>
              <TimeText ms={ranAtMs} />
            </span>
          </button>
        ))}
      </div>
      <Button size="compact-xs" variant="subtle" color="gray" onClick={history.forget}>
        Forget all
      </Button>
    </>
  );
}
