'use client';

import { withEdits } from '@tidemark/base';
import { lazy, Suspense, useState } from 'react';
import { Findings } from './findings.tsx';
import classes from './promql-editor.module.css';
import type { ExpressionCheck } from './use-expression-check.ts';

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
  /** What was found is marked where it is, and said below. */
  readonly check?: ExpressionCheck;
  /** What a screen reader calls it. */
  readonly label: string;
  readonly placeholder?: string;
  readonly autoFocus?: boolean;
  /** Given once, for whatever puts text at the cursor; null when the editor goes. */
  readonly onHandle?: (handle: EditorHandle | null) => void;
}

export interface CodeMirrorProps extends PromqlEditorProps {
  /** A list of completions opens, or closes. */
  readonly onCompleting?: (completing: boolean) => void;
}

export interface EditorHandle {
  /** Replaces the selection by a text that may depend on what stands before it, and leaves the cursor behind. */
  insert(textAfter: (before: string) => string): void;
  focus(): void;
  /** Marks a stretch of `expr` that is pointed at from elsewhere, if that is what is written; null takes the mark away. */
  highlight(expr: string, stretch: { readonly from: number; readonly to: number } | null): void;
}

const CodeMirror = lazy(() => import('./code-mirror.tsx'));

export function PromqlEditor(props: PromqlEditorProps) {
  const { value, placeholder, check, onChange } = props;
  const [completing, setCompleting] = useState(false);
  // A name that is still being chosen is not unknown yet.
  const findings = (check?.findings ?? []).filter(({ code }) => !completing || code !== 'unknown-metric');
  return (
    <div className={classes.editor}>
      <div className={classes.frame} data-invalid={check?.valid === false || undefined}>
        <Suspense fallback={<Waiting value={value} placeholder={placeholder} />}>
          <CodeMirror {...props} onCompleting={setCompleting} />
        </Suspense>
      </div>
      {findings.length > 0 && (
        <Findings findings={findings} onFix={check?.expr === value ? ({ fix }) => onChange(withEdits(value, fix?.edits ?? [])) : null} />
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
