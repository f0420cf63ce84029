'use client';

import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Finding } from '@tidemark/rpc';
import { useTRPCClient } from '../lib/trpc.tsx';
import { besidePlaceholders, filledPlaceholders } from './placeholders.ts';

/** What the server finds in an expression as one types. */
export interface ExpressionCheck {
  /** The text that was looked at: places are offsets in it. */
  readonly expr: string;
  readonly findings: readonly Finding[];
  /** Nothing keeps it from being evaluated, as far as is known. */
  readonly valid: boolean;
}

export interface CheckOptions {
  /** It is evaluated again and again: more is said. */
  readonly isRule?: boolean;
  /** A panel fills in `$__interval` and its like. */
  readonly placeholders?: boolean;
}

/** The last answer stands until the next. */
export function useExpressionCheck(expr: string, { isRule = false, placeholders = false }: CheckOptions = {}): ExpressionCheck {
  const client = useTRPCClient();
  const [settled] = useDebouncedValue(expr, SETTLED_MS);
  const blank = settled.trim() === '';
  const { data } = useQuery({
    queryKey: ['expression-check', settled, isRule, placeholders],
    queryFn: async ({ signal }): Promise<ExpressionCheck> => {
      const asked = placeholders ? filledPlaceholders(settled) : settled;
      const findings = await client.editor.check.query({ expr: asked, isRule }, { signal });
      return {
        expr: settled,
        findings: placeholders ? besidePlaceholders(findings, settled) : findings,
        valid: findings.every(({ severity }) => severity !== 'error'),
      };
    },
    enabled: !blank,
    // The language stays as it is, metrics come and go.
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
  return blank || data === undefined ? UNCHECKED : data;
}

/** Shorter than a pause between words, longer than between letters. */
const SETTLED_MS = 180;

const UNCHECKED: ExpressionCheck = { expr: '', findings: [], valid: true };
