import type { MissingStretch } from '@tidemark/tsdb';
import type { LabelsNews } from '../codec/labels-table.ts';
import type { EncodedError } from './errors.ts';
import type { PlainShare } from './plain-share.ts';

/**
 * What goes between the main thread and a partition thread. Everything is a plain value; large columns are transferred, not copied.
 * Calls that are made in one turn of the event loop go in one message, and so do returns that are ready together. What there is nothing of is
 * missing: each value is written and read with its name.
 *
 *   main ──{ calls, cancelled }──▶ thread
 *   main ◀──{ news, spent, returns, events }── thread
 */
export interface ToThread {
  readonly calls: readonly CallMessage[];
  /** Numbers of calls that nobody waits for any more. */
  readonly cancelled?: readonly number[];
}

export interface CallMessage {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
  /** What the call may use; null for what is no query. */
  readonly budget: PlainShare | null;
  /** Goes before people's queries. */
  readonly ahead: boolean;
}

export interface FromThread {
  /** Labels that this message and later ones name by number. */
  readonly news?: LabelsNews;
  readonly spent?: readonly Spent[];
  readonly returns?: readonly ReturnMessage[];
  readonly events?: readonly unknown[];
}

/** What a call has used of its budget since it was last said. */
export type Spent = readonly [id: number, samples: number, series: number];

export type ReturnMessage =
  | { readonly id: number; readonly kind: 'value'; readonly value: unknown; readonly missing?: readonly MissingStretch[] }
  | { readonly id: number; readonly kind: 'error'; readonly error: EncodedError };
