import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Colours come from the page's own variables, so that one theme serves dark and light. */
export const highlighting = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.function(tags.variableName), tags.operatorKeyword, tags.modifier, tags.keyword], color: 'var(--syntax-word)' },
    { tag: [tags.string], color: 'var(--syntax-string)' },
    { tag: [tags.number], color: 'var(--syntax-number)' },
    { tag: tags.labelName, color: 'var(--syntax-label)' },
    { tag: [tags.operator, tags.punctuation], color: 'var(--tm-dim)' },
    { tag: tags.comment, color: 'var(--tm-dim)', fontStyle: 'italic' },
  ]),
);

const mono = 'var(--tm-mono)';

export const theme = EditorView.theme({
  '&': {
    '--syntax-word': 'light-dark(#1c5fb8, #7cb3f5)',
    '--syntax-string': 'light-dark(#2a6e3f, #8fc99e)',
    '--syntax-number': 'light-dark(#9a4a06, #e3ab74)',
    '--syntax-label': 'light-dark(#7a3f94, #cfa2e3)',
    fontSize: '13px',
    backgroundColor: 'transparent',
  },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: mono, lineHeight: '20px' },
  '.cm-content': { padding: '6px 0', caretColor: 'var(--tm-text)' },
  '.cm-line': { padding: '0 10px' },
  '.cm-placeholder': { color: 'var(--tm-dim)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'transparent', outline: '1px solid var(--tm-dim)' },
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'transparent', color: 'var(--tm-firing)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--tm-firing)',
    textUnderlineOffset: '3px',
    textDecorationSkipInk: 'none',
  },
  '.cm-lintRange-warning': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--tm-pending)',
    textUnderlineOffset: '3px',
    textDecorationSkipInk: 'none',
  },
  '.cm-lintRange-info': {
    backgroundImage: 'none',
    textDecoration: 'underline dotted var(--tm-dim)',
    textUnderlineOffset: '3px',
  },
  '.cm-pointed-at': { backgroundColor: 'var(--tm-accent-tint)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--tm-panel)',
    color: 'var(--tm-text)',
    border: '1px solid var(--tm-line)',
    borderRadius: '4px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: mono, fontSize: '12px', maxHeight: '20em' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--tm-accent-tint)',
    color: 'var(--tm-text)',
  },
  '.cm-completionDetail': { fontStyle: 'normal', color: 'var(--tm-dim)', marginLeft: '1em' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600' },
  '.cm-tooltip.cm-completionInfo': { padding: '6px 8px', maxWidth: '320px', fontSize: '12px', lineHeight: '16px' },
  // It would lie over the list.
  '.cm-completionInfo-left-narrow, .cm-completionInfo-right-narrow': { display: 'none' },
  '.cm-tooltip-lint': { fontSize: '12px', maxWidth: '420px' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--tm-firing)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--tm-pending)' },
  '.cm-diagnostic-info': { borderLeftColor: 'var(--tm-dim)' },
  '.cm-diagnosticAction': {
    backgroundColor: 'transparent',
    color: 'var(--tm-accent)',
    border: '1px solid var(--tm-line)',
    borderRadius: '4px',
    padding: '0 6px',
  },
  '.cm-doc': {
    maxWidth: 'min(440px, 90vw)',
    maxHeight: '50vh',
    overflowY: 'auto',
    padding: '8px 10px',
    fontSize: '12px',
    lineHeight: '16px',
  },
  '.cm-doc-title': { fontFamily: mono, fontWeight: '600', overflowWrap: 'anywhere' },
  '.cm-doc p': { margin: '6px 0 0' },
  '.cm-doc dl': { display: 'grid', gridTemplateColumns: 'max-content 1fr', gap: '2px 12px', margin: '6px 0 0' },
  '.cm-doc dt': { color: 'var(--tm-dim)' },
  '.cm-doc dd': { margin: '0', overflowWrap: 'anywhere', fontVariantNumeric: 'tabular-nums' },
});
