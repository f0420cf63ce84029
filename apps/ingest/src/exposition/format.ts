/** Which exposition format a target speaks: asked for by `Accept`, told by `Content-Type`. */
import type { ExpositionFormat } from '@tidemark/tsdb/exposition';

/** OpenMetrics first, then the text format; names beyond ASCII may come as they are. */
export const ACCEPT =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,' +
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

export type FormatResult =
  | { readonly kind: 'format'; readonly format: ExpositionFormat }
  | { readonly kind: 'unsupported'; readonly reason: string };

/** A target that names no type, or one that says nothing of metrics, is read as text, as exporters of old expect. */
export function formatOf(contentType: string | undefined): FormatResult {
  const type = (contentType ?? '').split(';', 1)[0].trim().toLowerCase();
  if (type === 'application/openmetrics-text') return { kind: 'format', format: 'openmetrics' };
  if (type === 'application/vnd.google.protobuf') {
    return { kind: 'unsupported', reason: 'the target answers in protobuf although it was asked for text' };
  }
  return { kind: 'format', format: 'text' };
}
