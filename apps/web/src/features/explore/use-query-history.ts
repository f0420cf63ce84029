'use client';

import { useLocalStorage } from '@mantine/hooks';
import { decodeHistory, HISTORY_KEY, type PastQuery, remember } from './query-history.ts';

export interface QueryHistory {
  readonly past: readonly PastQuery[];
  readonly remember: (exprs: readonly string[]) => void;
  readonly forget: () => void;
}

export function useQueryHistory(): QueryHistory {
  const [past, setPast] = useLocalStorage<readonly PastQuery[]>({
    key: HISTORY_KEY,
    defaultValue: [],
    serialize: JSON.stringify,
    deserialize: (text) => decodeHistory(text ?? null),
  });
  return {
    past,
    // The last row is the newest of one run.
    remember: (exprs) => setPast((before) => exprs.reduce((history, expr) => remember(history, expr, Date.now()), before)),
    forget: () => setPast([]),
  };
}
