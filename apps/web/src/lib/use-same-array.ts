'use client';

import { useRef } from 'react';

/** The array of the render before for as long as its elements are the same: one dependency of a hook, however long it is. */
export function useSameArray<T>(next: readonly T[]): readonly T[] {
  const kept = useRef(next);
  const same = kept.current.length === next.length && kept.current.every((element, i) => element === next[i]);
  if (!same) kept.current = next;
  return kept.current;
}
