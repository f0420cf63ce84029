'use client';

import { useRef } from 'react';

/**
 * Each value, or while it is not there the last that was there in its place: what is shown stays in sight while it is asked for anew.
 * For several queries; React Query's own `placeholderData` knows nothing of the query before when there may be more than one.
 * `over` says what a new value leaves of the one before.
 */
export function useKept<T>(
  values: readonly (T | undefined)[],
  over: (value: T, before: T | undefined) => T = (value) => value,
): readonly (T | undefined)[] {
  const kept = useRef<readonly (T | undefined)[]>([]);
  kept.current = values.map((value, i) => (value === undefined ? kept.current[i] : over(value, kept.current[i])));
  return kept.current;
}
