'use client';

import { lazy, Suspense, useEffect, useState } from 'react';
import { onKeyboardMap, openKeyboardMap } from './shell-events.ts';
import { useKeys } from './use-keys.ts';

const KeyboardDialog = lazy(() => import('./keyboard-dialog.tsx').then((module) => ({ default: module.KeyboardDialog })));

/** Loaded at its first use. */
export function KeyboardMap() {
  const [wanted, setWanted] = useState(0);
  useEffect(() => onKeyboardMap(() => setWanted((count) => count + 1)), []);
  useKeys({ '?': openKeyboardMap });
  if (wanted === 0) return null;
  return (
    <Suspense>
      <KeyboardDialog wanted={wanted} />
    </Suspense>
  );
}
