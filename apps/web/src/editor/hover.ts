import { type EditorState, type Extension, StateEffect, StateField } from '@codemirror/state';
import { type EditorView, hoverTooltip, keymap, showTooltip, type Tooltip } from '@codemirror/view';
import type { HoverDoc, HoverRequest } from '@tidemark/rpc';

export type AskHover = (request: HoverRequest) => Promise<HoverDoc | null>;

/** The word under the pointer is explained when it rests there, the one at the cursor at Mod+I until one types or presses Escape. */
export function explanations(ask: AskHover): Extension {
  const explain = async (state: EditorState, at: number): Promise<Tooltip | null> => {
    // Help that does not come is no reason to complain.
    const doc = await ask({ expr: state.doc.toString(), at }).catch(() => null);
    return doc === null ? null : { pos: doc.from, end: doc.to, above: true, create: () => ({ dom: docElement(doc) }) };
  };
  return [
    hoverTooltip((view, at) => explain(view.state, at), { hoverTime: 250 }),
    explained,
    keymap.of([
      {
        key: 'Mod-i',
        run: (view) => {
          const { state } = view;
          void explain(state, state.selection.main.head).then((tooltip) => {
            if (view.state.doc.eq(state.doc)) view.dispatch({ effects: setExplained.of(tooltip) });
          });
          return true;
        },
      },
      { key: 'Escape', run: hide },
    ]),
  ];
}

function hide(view: EditorView): boolean {
  if (view.state.field(explained) === null) return false;
  view.dispatch({ effects: setExplained.of(null) });
  return true;
}

const setExplained = StateEffect.define<Tooltip | null>();

const explained = StateField.define<Tooltip | null>({
  create: () => null,
  update: (shown, transaction) => {
    for (const effect of transaction.effects) if (effect.is(setExplained)) return effect.value;
    return transaction.docChanged || transaction.selection !== undefined ? null : shown;
  },
  provide: (field) => showTooltip.from(field),
});

function docElement({ title, about, facts }: HoverDoc): HTMLElement {
  const root = element('div', 'cm-doc');
  // The cursor's explanation is read out; the pointer's is the same element.
  root.setAttribute('role', 'status');
  root.append(element('code', 'cm-doc-title', title));
  for (const paragraph of about) root.append(element('p', '', paragraph));
  if (facts.length === 0) return root;
  const list = element('dl', '');
  for (const { name, value } of facts) list.append(element('dt', '', name), element('dd', '', value));
  root.append(list);
  return root;
}

function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}
