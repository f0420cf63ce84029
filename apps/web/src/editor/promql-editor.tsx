'use client';

import type { QueryProblem } from '@tidemark/rpc';
import { lazy, Suspense } from 'react';
import classes from './promql-editor.module.css';

/**
 * The one PromQL editor: in Explore, in rules and in panels. CodeMirror comes in a chunk of its own; until it is there the
 * expression can be read in the same place and size. Mod+Enter runs; with `onRun`, Enter does too and Shift+Enter breaks the
 * line; without, Enter breaks the line.
 */
export interface PromqlEditorProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onRun?: () => void;
  readonly onFocus?: () => void;
  /** Marked where they are, and said below. */
  readonly problems?: readonly QueryProblem[];
  /** What a screen reader calls it. */
  readonly label: string;
  readonly placeholder?: string;
  readonly autoFocus?: boolean;
  /** Given once, for whatever puts text at the cursor; null when the editor goes. */
  readonly onHandle?: (handle: EditorHandle | null) => void;
}

export interface EditorHandle {
  /** Replaces the selection by a text that may depend on what stands before it, and leaves the cursor behind. */
  insert(textAfter: (before: string) => string): void;
  focus(): void;
}

const CodeMirror = lazy(() => import('./code-mirror.tsx'));

const NO_PROBLEMS: readonly QueryProblem[] = [];

export function PromqlEditor({ problems = NO_PROBLEMS, ...rest }: PromqlEditorProps) {
  return (
    <div className={classes.editor}>
      <div className={classes.frame} data-invalid={problems.length > 0 || undefined}>
        <Suspense fallback={<Waiting value={rest.value} placeholder={rest.placeholder} />}>
          <CodeMirror problems={problems} {...rest} />
        </Suspense>
      </div>
      {problems.length > 0 && (
        <p className={classes.problem} role="status">
          {problems[0].message}
        </p>
      )}
    </div>
  );
}

function Waiting({ value, placeholder }: { readonly value: string; readonly placeholder?: string }) {
  return (
    <pre className={classes.waiting} data-blank={value === '' || undefined}>
      {value === '' ? placeholder : value}
    </pre>
  );
}
