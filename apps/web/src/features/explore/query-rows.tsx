'use client';

import { ActionIcon, Button } from '@mantine/core';
import { IconBell, IconEye, IconEyeOff, IconPlus, IconX } from '@tabler/icons-react';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { type EditorHandle, PromqlEditor } from '../../editor/promql-editor.tsx';
import { useExpressionCheck } from '../../editor/use-expression-check.ts';
import classes from './explore.module.css';
import {
  type ExploreQuery,
  type ExploreState,
  QUERIES_MAX,
  withExpr,
  withHidden,
  withQueryAdded,
  withQueryRemoved,
} from './explore-state.ts';

export interface QueryRowsProps {
  readonly state: ExploreState;
  readonly onShow: (state: ExploreState) => void;
  /** All rows as they are typed now: running one runs all. */
  readonly onRun: (state: ExploreState) => void;
  /** The editor that was used last. */
  readonly onEditor: (handle: EditorHandle) => void;
  /** Every editor, by its letter; null when it goes. */
  readonly onHandle: (id: string, handle: EditorHandle | null) => void;
}

export function QueryRows({ state, onShow, onRun, onEditor, onHandle }: QueryRowsProps) {
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  // What is in the address is what was run; it wins whenever it changes (a link, the back button).
  const ran = JSON.stringify(state.queries.map((query) => query.expr));
  useEffect(() => {
    if (ran !== '') setTyped({});
  }, [ran]);

  const current = state.queries.reduce((now, { id, expr }) => withExpr(now, id, typed[id] ?? expr), state);
  const changed = state.queries.some(({ id, expr }) => typed[id] !== undefined && typed[id] !== expr);
  return (
    <div className={classes.queries}>
      {current.queries.map((query) => (
        <QueryRow
          key={query.id}
          query={query}
          first={query.id === 'A'}
          onType={(expr) => setTyped((before) => ({ ...before, [query.id]: expr }))}
          onRun={() => onRun(current)}
          onHide={() => onShow(withHidden(current, query.id, !query.hidden))}
          onRemove={current.queries.length > 1 ? () => onShow(withQueryRemoved(current, query.id)) : null}
          onEditor={onEditor}
          onHandle={onHandle}
        />
      ))}
      <div className={classes.below}>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconPlus size={12} />}
          disabled={state.queries.length >= QUERIES_MAX}
          onClick={() => onShow(withQueryAdded(current))}
        >
          Add query
        </Button>
        {changed && (
          <Button size="compact-xs" onClick={() => onRun(current)}>
            Run
          </Button>
        )}
        <span className={classes.keys}>
          Enter runs · Shift+Enter breaks the line · Ctrl+Space completes · Ctrl+I explains · F8 next finding
        </span>
      </div>
    </div>
  );
}

interface QueryRowProps {
  readonly query: ExploreQuery;
  readonly first: boolean;
  readonly onType: (expr: string) => void;
  readonly onRun: () => void;
  readonly onHide: () => void;
  readonly onRemove: (() => void) | null;
  readonly onEditor: (handle: EditorHandle) => void;
  readonly onHandle: (id: string, handle: EditorHandle | null) => void;
}

function QueryRow({ query, first, onType, onRun, onHide, onRemove, onEditor, onHandle }: QueryRowProps) {
  const check = useExpressionCheck(query.expr);
  const [handle, setHandle] = useState<EditorHandle | null>(null);
  useEffect(() => {
    if (first && handle !== null) onEditor(handle);
  }, [first, handle, onEditor]);
  return (
    <div className={classes.query} data-hidden={query.hidden || undefined}>
      <span className={classes.letter}>{query.id}</span>
      <PromqlEditor
        label={`Expression ${query.id}`}
        placeholder="An expression, such as node_load1"
        value={query.expr}
        onChange={onType}
        onRun={onRun}
        onFocus={() => handle !== null && onEditor(handle)}
        onHandle={(one) => {
          setHandle(one);
          onHandle(query.id, one);
        }}
        check={check}
        autoFocus={first && query.expr === ''}
      />
      <div className={classes.rowActions}>
        <ActionIcon
          size={28}
          variant="subtle"
          color="gray"
          component={Link}
          href={`/rules/new?expr=${encodeURIComponent(query.expr)}`}
          aria-label={`Create an alert from query ${query.id}`}
          title="Create an alert from it"
        >
          <IconBell size={16} />
        </ActionIcon>
        <ActionIcon
          size={28}
          variant="subtle"
          color="gray"
          aria-pressed={query.hidden}
          aria-label={query.hidden ? `Show query ${query.id}` : `Hide query ${query.id}`}
          title={query.hidden ? 'Show it' : 'Hide it'}
          onClick={onHide}
        >
          {query.hidden ? <IconEyeOff size={16} /> : <IconEye size={16} />}
        </ActionIcon>
        {onRemove !== null && (
          <ActionIcon size={28} variant="subtle" color="gray" aria-label={`Remove query ${query.id}`} title="Remove it" onClick={onRemove}>
            <IconX size={16} />
          </ActionIcon>
        )}
      </div>
    </div>
  );
}
