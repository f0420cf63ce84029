import type { Millis } from '@tidemark/base';

/**
 * The stream's seconds. A tick `atMs` (a whole second) comes once every partition has consumed all that was
 * accepted until then; ticks rise, and one may stand for several seconds after a pause or a replay.
 */
export interface TickSource {
  /** Everything accepted until here has been appended. */
  readonly watermarkMs: Millis;
  /** Calls `listener` at each tick until the returned function is called. A listener must not throw. */
  subscribe(listener: (atMs: Millis) => void): () => void;
}
