import type { Finding } from '@tidemark/rpc';

/** The text with a fix made. */
export function edited(text: string, edits: NonNullable<Finding['fix']>['edits']): string {
  return edits.reduceRight((made, { from, to, insert }) => made.slice(0, from) + insert + made.slice(to), text);
}
