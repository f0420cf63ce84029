'use client';

import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { QueryProblem } from '@tidemark/rpc';
import { useTRPC } from '../lib/trpc.tsx';

/** The mistakes that the server's parser finds as one types; the last answer stands until the next. */
export function useExpressionCheck(expr: string): readonly QueryProblem[] {
  const trpc = useTRPC();
  const [settled] = useDebouncedValue(expr, SETTLED_MS);
  const blank = settled.trim() === '';
  const check = useQuery({
    ...trpc.query.check.queryOptions({ expr: settled }),
    enabled: !blank,
    // What is wrong with an expression does not change with time.
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
  return blank ? NONE : (check.data ?? NONE);
}

/** Shorter than a pause between words, longer than between letters. */
const SETTLED_MS = 180;

const NONE: readonly QueryProblem[] = [];
