'use client';

import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { useTRPCClient } from '../trpc.tsx';
import { LiveHub } from './live-hub.ts';

const LiveContext = createContext<LiveHub | null>(null);

/** Owns the page's one live stream. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useTRPCClient();
  const [hub] = useState(
    () =>
      new LiveHub((queries, handlers) => {
        const subscription = client.query.live.subscribe(
          { queries: [...queries] },
          { onData: ({ data }) => handlers.onTick(data), onError: handlers.onError },
        );
        return () => subscription.unsubscribe();
      }),
  );
  useEffect(() => {
    const follow = () => hub.setHidden(document.visibilityState === 'hidden');
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => document.removeEventListener('visibilitychange', follow);
  }, [hub]);
  return <LiveContext value={hub}>{children}</LiveContext>;
}

export function useLiveHub(): LiveHub {
  const hub = useContext(LiveContext);
  if (hub === null) throw new Error('useLiveHub is used outside of LiveProvider');
  return hub;
}
