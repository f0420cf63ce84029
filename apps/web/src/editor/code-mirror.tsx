'use client';

import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertNewlineAndIndent } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder as placeholderText } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { useTRPCClient } from '../lib/trpc.tsx';
import { marksOf } from './diagnostics.ts';
import { highlighting, theme } from './look.ts';
import type { PromqlEditorProps } from './promql-editor.tsx';
import { promqlLanguage } from './promql-language.ts';

/** CodeMirror, owned by this component alone. The text is the parent's; what is typed goes there and comes back unchanged. */
export default function CodeMirror(props: PromqlEditorProps) {
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const client = useTRPCClient();

  useEffect(() => {
    const { value, label, placeholder, autoFocus } = latest.current;
    const run = () => {
      latest.current.onRun?.();
      return latest.current.onRun !== undefined;
    };
    const editor = new EditorView({
      parent: parent.current!,
      state: EditorState.create({
        doc: value,
        extensions: [
          // Above everything but an open list of completions, which takes Enter for itself.
          Prec.highest(keymap.of([{ key: 'Mod-Enter', run }, ...completionKeymap, { key: 'Tab', run: acceptCompletion }])),
          keymap.of([
            { key: 'Shift-Enter', run: insertNewlineAndIndent },
            { key: 'Enter', run },
            ...closeBracketsKeymap,
            ...defaultKeymap,
            ...historyKeymap,
          ]),
          history(),
          promqlLanguage((request, signal) => client.query.complete.query(request, { signal })),
          autocompletion({ icons: false, defaultKeymap: false, maxRenderedOptions: 100 }),
          bracketMatching(),
          closeBrackets(),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', autocapitalize: 'off', autocorrect: 'off' }),
          placeholderText(placeholder ?? ''),
          highlighting,
          theme,
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
            if (update.focusChanged && update.view.hasFocus) latest.current.onFocus?.();
          }),
        ],
      }),
    });
    view.current = editor;
    if (autoFocus) editor.focus();
    latest.current.onHandle?.({
      insert: (textAfter) => {
        const before = editor.state.sliceDoc(0, editor.state.selection.main.from);
        editor.dispatch(editor.state.replaceSelection(textAfter(before)));
        editor.focus();
      },
      focus: () => editor.focus(),
    });
    return () => {
      latest.current.onHandle?.(null);
      view.current = null;
      editor.destroy();
    };
  }, [client]);

  const { value, problems } = props;
  useEffect(() => {
    const editor = view.current!;
    if (editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const editor = view.current!;
    const marks = marksOf(problems ?? [], editor.state.doc.length);
    editor.dispatch(
      setDiagnostics(
        editor.state,
        marks.map((mark) => ({ ...mark, severity: 'error' as const })),
      ),
    );
  }, [problems]);

  return <div ref={parent} />;
}
