'use client';

import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { HistoryFilter, NotificationRow, TransitionRow } from '@tidemark/rpc';
import { useState } from 'react';
import { useTRPC } from '../../lib/trpc.tsx';

/** As many as are read at once; more on demand, up to what the server gives. */
const PAGE_ROWS = 100;
const ROWS_MAX = 500;

export interface Pages<Row> {
  readonly query: UseQueryResult<readonly Row[], { readonly message: string }>;
  /** Asks for a longer list; null when there is no more, or no more is given. */
  readonly more: (() => void) | null;
}

export function useTransitions(filter: Pick<HistoryFilter, 'ruleId'>): Pages<TransitionRow> {
  const trpc = useTRPC();
  const [limit, setLimit] = useState(PAGE_ROWS);
  const query = useQuery({
    ...trpc.alerts.history.queryOptions({ ...filter, limit }),
    refetchInterval: 2000,
    placeholderData: keepPreviousData,
  });
  return { query, more: moreOf(query.data?.length, limit, setLimit) };
}

export function useNotifications(filter: Pick<HistoryFilter, 'ruleId'>): Pages<NotificationRow> {
  const trpc = useTRPC();
  const [limit, setLimit] = useState(PAGE_ROWS);
  const query = useQuery({
    ...trpc.alerts.notifications.queryOptions({ ...filter, limit }),
    refetchInterval: 2000,
    placeholderData: keepPreviousData,
  });
  return { query, more: moreOf(query.data?.length, limit, setLimit) };
}

function moreOf(count: number | undefined, limit: number, setLimit: (limit: number) => void): (() => void) | null {
  return count === limit && limit < ROWS_MAX ? () => setLimit(ROWS_MAX) : null;
}
