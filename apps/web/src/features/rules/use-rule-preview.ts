'use client';

import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { RuleDraft } from '@tidemark/rpc';
import { useTRPC } from '../../lib/trpc.tsx';

/** What the draft would give now, asked again after each pause in typing and every five seconds. */
export function useRulePreview(draft: RuleDraft, valid: boolean) {
  const trpc = useTRPC();
  const [settled] = useDebouncedValue(JSON.stringify(draft), 400);
  const asked = JSON.parse(settled) as RuleDraft;
  return useQuery({
    // A preview does not need the name that saving needs.
    ...trpc.rules.preview.queryOptions({ ...asked, name: asked.name === '' ? 'New rule' : asked.name }),
    enabled: valid && asked.expr !== '',
    refetchInterval: 5000,
    placeholderData: keepPreviousData,
  });
}
