'use client';

import dynamic from 'next/dynamic';
import { useEffect, useState } from 'react';
import { onPalette } from './shell-events.ts';

const PaletteSpotlight = dynamic(() => import('./palette-spotlight.tsx').then((module) => module.PaletteSpotlight), { ssr: false });

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
  return wanted === 0 ? null : <PaletteSpotlight wanted={wanted} />;
}
