'use client';

import { lazy, Suspense, useEffect, useState } from 'react';
import { onPalette } from './shell-events.ts';

const load = () => import('./palette-spotlight.tsx').then((module) => ({ default: module.PaletteSpotlight }));
const PaletteSpotlight = lazy(load);
/** After the page has drawn: early enough that what is typed behind the first shortcut is not lost. */
const PRELOAD_MS = 2000;

/** Loaded when the page is at rest, or at its first use. */
export function CommandPalette() {
  const [wanted, setWanted] = useState(0);
  useEffect(() => {
    const timer = setTimeout(() => void load(), PRELOAD_MS);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    const open = () => setWanted((count) => count + 1);
    const onKey = (event: KeyboardEvent) => {
      if (!(event.metaKey || event.ctrlKey) || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      open();
    };
    const leave = onPalette(open);
    window.addEventListener('keydown', onKey);
    return () => {
      leave();
      window.removeEventListener('keydown', onKey);
    };
  }, []);
  if (wanted === 0) return null;
  return (
    <Suspense>
      <PaletteSpotlight wanted={wanted} />
    </Suspense>
  );
}
