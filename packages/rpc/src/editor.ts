import { z } from 'zod';

/** What an editor of expressions asks while one writes. Places are UTF-16 offsets into the text that was sent. */
const Expression = z.string().max(100_000);

export const SuggestRequest = z.object({
  expr: Expression,
  /** The cursor. */
  at: z.number().int().min(0),
  /** Names that this person took lately, the newest first: of equally good ones they come first. */
  recent: z.array(z.string().max(500)).max(50).readonly().optional(),
});
export type SuggestRequest = z.infer<typeof SuggestRequest>;

export type SuggestionKind = 'function' | 'aggregation' | 'word' | 'metric' | 'label' | 'value' | 'duration';

export interface Suggestion {
  /** What is shown, and what was searched. */
  readonly text: string;
  readonly kind: SuggestionKind;
  /** Beside it: a metric's type and unit, a function's signature. */
  readonly detail: string;
  /** Help, or documentation. */
  readonly about: string;
  /** Replaces the stretch; the cursor goes between the two. */
  readonly before: string;
  readonly after: string;
  /** What is taken leads to the next question: a label to its values. */
  readonly goesOn: boolean;
}

export interface SuggestionList {
  /** The stretch that a suggestion replaces. */
  readonly from: number;
  readonly to: number;
  /** What of it is written already. */
  readonly typed: string;
  /** Best first, at most 100. */
  readonly rows: readonly Suggestion[];
}

export const HoverRequest = z.object({ expr: Expression, at: z.number().int().min(0) });
export type HoverRequest = z.infer<typeof HoverRequest>;

export interface HoverDoc {
  readonly from: number;
  readonly to: number;
  readonly title: string;
  readonly about: readonly string[];
  /** Type, unit, how many series: what is known of a name. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
}

export const CheckRequest = z.object({ expr: Expression, isRule: z.boolean().optional() });
export type CheckRequest = z.infer<typeof CheckRequest>;

/** What is wrong, or likely not meant. */
export interface Finding {
  readonly code: string;
  /** `error`: it cannot be evaluated. */
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly from: number;
  readonly to: number;
  readonly fix?: {
    readonly title: string;
    /** Apart, and in rising order. */
    readonly edits: readonly { readonly from: number; readonly to: number; readonly insert: string }[];
  };
}

export interface EditorPort {
  suggest(tenant: string, request: SuggestRequest, signal?: AbortSignal): Promise<SuggestionList>;
  /** Null where there is nothing to say. */
  hover(tenant: string, request: HoverRequest, signal?: AbortSignal): Promise<HoverDoc | null>;
  /** A mistake alone, or all findings in the order of the text. */
  check(tenant: string, request: CheckRequest, signal?: AbortSignal): Promise<readonly Finding[]>;
}
