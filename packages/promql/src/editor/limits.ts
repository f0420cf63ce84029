/** Longer texts get no help: what stands at a place is told from all of the text at each letter, some tens of milliseconds at this length. */
export const HELPED_LENGTH_MAX = 20_000;
