import type { Place } from '../place/place.ts';
import type { Effect, Extent } from '../rollup/rollup-state.ts';
import type { Block } from './block.ts';
import type { Stray } from './manifest.ts';

/** A change of the blocks that are live: before it is on disk nothing has changed, afterwards all of it has. */
export interface Publication {
  readonly add: readonly Block[];
  readonly remove: readonly Block[];
  /** Asked when the manifest is written; what it says holds with the change in place. */
  readonly replayOffset: () => number;
  /** From where the log gives back what is in `add`. Without it: from the least of what is known of `remove`. */
  readonly replayFrom?: number;
  /** Strays beside those that the change makes. */
  readonly strays?: (known: readonly Stray[]) => readonly Stray[];
  /** What it means for windows. */
  readonly effect: Effect;
}

export const NO_CHANGE = { add: [], remove: [], effect: { kind: 'same' } } as const;

/** A live block that could not be opened. */
export interface AbsentBlock {
  readonly id: string;
  readonly place: Place;
  /** Null when it is not known. */
  readonly extent: Extent | null;
}
