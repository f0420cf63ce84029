'use client';

import { LiveHub } from './live-hub.ts';
import type { OpenStream } from './live-stream.ts';
import { sharedStream } from './shared-stream.ts';

let hub: LiveHub | null = null;

/** The tab's one hub, made when a page first shows live data. */
export function useLiveHub(): LiveHub {
  hub ??= createHub();
  return hub;
}

function createHub(): LiveHub {
  const created = new LiveHub(
    sharedStream(
      () => new SharedWorker(new URL('./live-worker.ts', import.meta.url), { type: 'module', name: 'tidemark-live' }).port,
      alone,
    ),
  );
  // On the server a hub is made with the first HTML and never opens a stream.
  if (typeof document === 'undefined') return created;
  const follow = () => created.setHidden(document.visibilityState === 'hidden');
  follow();
  document.addEventListener('visibilitychange', follow);
  // A tab that is closed or left for another site may not become hidden before.
  window.addEventListener('pagehide', () => created.setHidden(true));
  window.addEventListener('pageshow', follow);
  return created;
}

/** Its code is loaded where it is needed: almost nowhere. */
const alone: OpenStream = (queries, handlers) => {
  let closed = false;
  let close = () => {};
  import('./direct-stream.ts').then(({ directStream }) => {
    if (!closed) close = directStream('/api/trpc/query.live')(queries, handlers);
  }, handlers.onError);
  return () => {
    closed = true;
    close();
  };
};
