'use client';

import { lazy, Suspense, useEffect, useState } from 'react';
import { onPalette } from './shell-events.ts';

const PaletteSpotlight = lazy(() => import('./palette-spotlight.tsx').then((module) => ({ default: module.PaletteSpotlight })));

/** Loaded at its first use. */
export function CommandPalette() {
  const [wanted, setWanted] = useState(0);
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
