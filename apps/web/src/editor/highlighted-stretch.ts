import { StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';

/** A stretch of the text that is pointed at from elsewhere; null for none. */
export const highlighted = StateEffect.define<{ readonly from: number; readonly to: number } | null>();

const MARK = Decoration.mark({ class: 'cm-pointed-at' });

export const highlightedStretch = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (marks, transaction) => {
    for (const effect of transaction.effects) {
      if (!effect.is(highlighted)) continue;
      const end = Math.min(effect.value?.to ?? 0, transaction.newDoc.length);
      const start = effect.value?.from ?? 0;
      return start < end ? Decoration.set(MARK.range(start, end)) : Decoration.none;
    }
    return transaction.docChanged ? Decoration.none : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});
