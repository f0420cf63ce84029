'use client';

import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  completionStatus,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertNewlineAndIndent } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { nextDiagnostic, setDiagnostics } from '@codemirror/lint';
import { EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder as placeholderText } from '@codemirror/view';
import { LanguageType, promQLLanguage } from '@prometheus-io/codemirror-promql';
import { useEffect, useRef } from 'react';
import { useTRPCClient } from '../lib/trpc.tsx';
import { completionSource } from './completion.ts';
import { diagnosticsOf } from './diagnostics.ts';
import { highlighted, highlightedStretch } from './highlighted-stretch.ts';
import { explanations } from './hover.ts';
import { highlighting, theme } from './look.ts';
import type { CodeMirrorProps } from './promql-editor.tsx';
import { recentNames } from './recent-names.ts';

/** CodeMirror, owned by this component alone. The text is the parent's; what is typed goes there and comes back unchanged. */
export default function CodeMirror(props: CodeMirrorProps) {
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
    const language = promQLLanguage(LanguageType.PromQL);
    const autocomplete = completionSource(
      (request, signal) => client.editor.suggest.query(request, { signal }),
      recentNames(window.localStorage),
    );
    const editor = new EditorView({
      parent: parent.current!,
      state: EditorState.create({
        doc: value,
        extensions: [
          // Above everything but an open list of completions, which takes Enter for itself.
          Prec.highest(keymap.of([{ key: 'Mod-Enter', run }, ...completionKeymap, { key: 'Tab', run: acceptCompletion }])),
          explanations((request) => client.editor.hover.query(request)),
          keymap.of([
            { key: 'Shift-Enter', run: insertNewlineAndIndent },
            { key: 'Enter', run },
            { key: 'F8', run: nextDiagnostic },
            ...closeBracketsKeymap,
            ...defaultKeymap,
            ...historyKeymap,
          ]),
          history(),
          language,
          language.data.of({ autocomplete }),
          // The server answers within the time that would be waited here.
          autocompletion({ icons: false, defaultKeymap: false, maxRenderedOptions: 100, activateOnTypingDelay: 10 }),
          bracketMatching(),
          closeBrackets(),
          highlightedStretch,
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', autocapitalize: 'off', autocorrect: 'off' }),
          placeholderText(placeholder ?? ''),
          highlighting,
          theme,
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
            if ((completionStatus(update.startState) === 'active') !== (completionStatus(update.state) === 'active')) {
              latest.current.onCompleting?.(completionStatus(update.state) === 'active');
            }
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
      highlight: (expr, stretch) => editor.dispatch({ effects: highlighted.of(editor.state.doc.toString() === expr ? stretch : null) }),
    });
    return () => {
      latest.current.onHandle?.(null);
      view.current = null;
      editor.destroy();
    };
  }, [client]);

  const { value, check } = props;
  useEffect(() => {
    const editor = view.current!;
    if (editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const editor = view.current!;
    // What was found in another text stays where its words have gone, until this one has been looked at.
    if (check === undefined || check.expr !== editor.state.doc.toString()) return;
    editor.dispatch(setDiagnostics(editor.state, diagnosticsOf(check.findings, editor.state.doc.length)));
  }, [check]);

  return <div ref={parent} />;
}
