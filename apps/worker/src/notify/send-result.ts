/** How one attempt ended. */
export type SendResult =
  | { readonly kind: 'accepted'; readonly answer: string }
  /** May work later; `afterMs`: the receiver said when. */
  | { readonly kind: 'again'; readonly error: string; readonly afterMs: number | null }
  /** Will not work however often it is tried. */
  | { readonly kind: 'refused'; readonly error: string };
