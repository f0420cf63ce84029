/** What a tab and the exchange say to each other; plain data, so that it passes through a MessagePort. */
import type { LiveQuery, LiveTick } from '@tidemark/rpc';

export type FromTab =
  /** These queries from now on, in place of those before. */
  | { readonly kind: 'watch'; readonly queries: readonly LiveQuery[] }
  | { readonly kind: 'unwatch' }
  /** A tick has arrived: the tab is alive. */
  | { readonly kind: 'heard' };

export type ToTab =
  | { readonly kind: 'welcome' }
  | { readonly kind: 'tick'; readonly tick: LiveTick }
  /** The stream is gone for good; the tab begins anew, and knows from where. */
  | { readonly kind: 'lost' };
