import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  type CompletionSource,
  insertBracket,
  pickedCompletion,
  startCompletion,
} from '@codemirror/autocomplete';
import type { EditorView } from '@codemirror/view';
import type { Suggestion, SuggestionList, SuggestRequest } from '@tidemark/rpc';
import { lettersIn } from './letters.ts';
import type { RecentNames } from './recent-names.ts';

export type AskSuggestions = (request: SuggestRequest, signal: AbortSignal) => Promise<SuggestionList>;

/**
 * Completion, over the server's `editor.suggest`: it knows what may stand at the cursor and which names there are, ranks, and answers with
 * at most a hundred rows, already quoted and escaped. So nothing here holds names, and each letter asks again.
 */
export function completionSource(ask: AskSuggestions, recent: RecentNames): CompletionSource {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const abort = new AbortController();
    context.addEventListener('abort', () => abort.abort(), { onDocChange: true });
    const request = { expr: context.state.doc.toString(), at: context.pos, recent: recent.list() };
    // Without the server one writes as without completion.
    const list = await ask(request, abort.signal).catch(() => null);
    if (list === null || list.rows.length === 0 || !(context.explicit || opensByItself(list))) return null;
    const { from, to, typed, rows } = list;
    return {
      from,
      to,
      filter: false,
      options: rows.map((row) => optionOf(row, recent)),
      getMatch: (option) => lettersIn(option.label, typed),
    };
  };
}

/** Where anything may begin, a list would be in the way until one types or asks for it. */
export function opensByItself({ typed, rows }: SuggestionList): boolean {
  return typed !== '' || ['label', 'value', 'duration'].includes(rows[0].kind);
}

function optionOf(row: Suggestion, recent: RecentNames): Completion {
  return {
    label: row.text,
    detail: row.detail || undefined,
    info: row.about || undefined,
    type: row.kind,
    apply: (view, completion, from, to) => {
      recent.remember(row.text);
      take(view, completion, row, from, to);
    },
  };
}

/** Brackets and quotes are written as if typed: then typing the second one steps over it. */
function take(view: EditorView, completion: Completion, { before, after, goesOn }: Suggestion, from: number, to: number): void {
  const insert = after === '' ? before : before.slice(0, -1);
  view.dispatch({
    changes: { from, to, insert },
    selection: { anchor: from + insert.length },
    userEvent: 'input.complete',
    annotations: pickedCompletion.of(completion),
  });
  if (after !== '') {
    const opening = before.slice(-1);
    const at = from + insert.length;
    view.dispatch(
      insertBracket(view.state, opening) ?? {
        changes: { from: at, insert: opening + after },
        selection: { anchor: at + 1 },
        userEvent: 'input.complete',
      },
    );
  }
  if (goesOn) startCompletion(view);
}
