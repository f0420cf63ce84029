'use client';

import { useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

/** The address is the view's state. Writing it asks the server for nothing. */
export function useUrl(): {
  readonly params: URLSearchParams;
  /** `push` makes a step for the browser's back button, `replace` does not. */
  readonly write: (change: (params: URLSearchParams) => URLSearchParams, how?: 'push' | 'replace') => void;
} {
  const params = useSearchParams();
  const write = useCallback((change: (params: URLSearchParams) => URLSearchParams, how: 'push' | 'replace' = 'push') => {
    const now = new URLSearchParams(window.location.search);
    const next = change(new URLSearchParams(now)).toString();
    if (next === now.toString()) return;
    const url = next === '' ? window.location.pathname : `${window.location.pathname}?${next}`;
    if (how === 'push') window.history.pushState(null, '', url);
    else window.history.replaceState(null, '', url);
  }, []);
  return { params, write };
}
