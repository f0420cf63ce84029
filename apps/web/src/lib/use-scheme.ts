'use client';

import { useSyncExternalStore } from 'react';

export type Scheme = 'light' | 'dark';

/** The theme that is shown, read from where it takes effect: one observer for the whole page. */
export function useScheme(): Scheme {
  return useSyncExternalStore(subscribe, read, () => 'light');
}

const listeners = new Set<() => void>();
let observer: MutationObserver | null = null;

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    observer = new MutationObserver(() => {
      for (const each of listeners) each();
    });
    observer.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] });
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) observer?.disconnect();
  };
}

function read(): Scheme {
  return document.documentElement.dataset.mantineColorScheme === 'dark' ? 'dark' : 'light';
}
