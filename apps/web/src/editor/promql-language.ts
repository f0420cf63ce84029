import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import { LanguageType, newCompleteStrategy, promQLLanguage } from '@prometheus-io/codemirror-promql';
import type { Completion, MetricRow } from '@tidemark/rpc';
import { CompletionClient, withServerOrder } from './completion-client.ts';
import { typedPrefix } from './typed-prefix.ts';

/**
 * PromQL for CodeMirror: its grammar for colours and brackets, its knowledge of what may stand where, and our server for the
 * names. Mistakes are not its affair: the server's parser finds them.
 */
export function promqlLanguage(complete: (request: Completion, signal: AbortSignal) => Promise<readonly MetricRow[]>): Extension {
  const language = promQLLanguage(LanguageType.PromQL);
  const autocomplete = async (context: CompletionContext): Promise<CompletionResult | null> => {
    const abort = new AbortController();
    context.addEventListener('abort', () => abort.abort(), { onDocChange: true });
    const client = new CompletionClient((request) => complete(request, abort.signal), typedPrefix(context.state.sliceDoc(0, context.pos)));
    const result = await newCompleteStrategy({ remote: client }).promQL(context);
    if (result === null) return null;
    const options = withServerOrder(result.options);
    // A cut list may lack what the next letter asks for.
    return client.truncated ? { ...result, options, validFor: undefined } : { ...result, options };
  };
  return [language, language.data.of({ autocomplete })];
}
