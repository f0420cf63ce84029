'use client';

import { useRef } from 'react';

/**
 * Each value, or while it is not there the last that was there in its place: what is shown stays in sight while it is asked for anew.
 * For several queries; React Query's own `placeholderData` knows nothing of the query before when there may be more than one.
 */
export function useKept<T>(values: readonly (T | undefined)[]): readonly (T | undefined)[] {
  const kept = useRef<readonly (T | undefined)[]>([]);
  kept.current = values.map((value, i) => value ?? kept.current[i]);
  return kept.current;
}
