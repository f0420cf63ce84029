'use client';

/**
 * The one way to the worker: tRPC through the web's own origin (`/api/trpc` passes everything through).
 * Each query of a batch resolves alone on one connection; subscriptions are server-sent events.
 */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { AppRouter } from '@tidemark/rpc';
import { createTRPCClient, httpBatchStreamLink, httpSubscriptionLink, splitLink, type TRPCClient } from '@trpc/client';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import { type ReactNode, useState } from 'react';
import { BATCH_ITEMS_MAX, BATCH_URL_LENGTH_MAX } from './limits.ts';

const context = createTRPCContext<AppRouter>();

/** `useTRPC().status.report.queryOptions()` and so on, for `useQuery` and `useMutation`. */
export const useTRPC = context.useTRPC;
/** The bare client, for what is not a React query: `client.query.range.query(...)`. */
export const useTRPCClient = context.useTRPCClient;

export type TidemarkClient = TRPCClient<AppRouter>;

export function TrpcProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(
    () =>
      new QueryClient({
        defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: false, staleTime: 5_000 } },
      }),
  );
  const [client] = useState(createClient);
  return (
    <QueryClientProvider client={queryClient}>
      <context.TRPCProvider trpcClient={client} queryClient={queryClient}>
        {children}
      </context.TRPCProvider>
    </QueryClientProvider>
  );
}

function createClient(): TidemarkClient {
  const url = '/api/trpc';
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({ url }),
        false: httpBatchStreamLink({ url, maxItems: BATCH_ITEMS_MAX, maxURLLength: BATCH_URL_LENGTH_MAX }),
      }),
    ],
  });
}
