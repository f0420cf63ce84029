/** The port to a live stream: what the hub stands on, and what the exchange both stands on and offers to tabs. */
import type { LiveQuery, LiveTick } from '@tidemark/rpc';

export interface LiveStreamHandlers {
  onTick(tick: LiveTick): void;
  onError(): void;
}

/** Opens the stream; the returned function closes it. Reconnecting is the stream's own affair. */
export type OpenStream = (queries: readonly LiveQuery[], handlers: LiveStreamHandlers) => () => void;
