'use client';

/** Light, dark, or as the system: a wish of the reader that is kept. What is shown is an attribute of the root, which CSS and charts read. */
import { useSyncExternalStore } from 'react';
import { SCHEME_KEY, SYSTEM_DARK } from './first-paint.ts';

export const SCHEMES = ['auto', 'light', 'dark'] as const;
export type ColorScheme = (typeof SCHEMES)[number];

export function useColorScheme(): ColorScheme {
  return useSyncExternalStore(subscribe, read, () => 'auto');
}

export function setColorScheme(scheme: ColorScheme): void {
  localStorage.setItem(SCHEME_KEY, scheme);
  changed();
}

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    // The system's own, and another tab's.
    window.matchMedia(SYSTEM_DARK).addEventListener('change', changed);
    window.addEventListener('storage', changed);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.matchMedia(SYSTEM_DARK).removeEventListener('change', changed);
    window.removeEventListener('storage', changed);
  };
}

function changed(): void {
  const scheme = read();
  const dark = scheme === 'auto' ? window.matchMedia(SYSTEM_DARK).matches : scheme === 'dark';
  document.documentElement.dataset.mantineColorScheme = dark ? 'dark' : 'light';
  for (const listener of listeners) listener();
}

function read(): ColorScheme {
  const kept = localStorage.getItem(SCHEME_KEY);
  return SCHEMES.find((scheme) => scheme === kept) ?? 'auto';
}
