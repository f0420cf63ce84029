'use client';

/**
 * The one way to the worker: tRPC through the web's own origin (`/api/trpc` passes everything through).
 * Each query of a batch resolves alone on one connection. Queries are POSTed: expressions may be longer than an address.
 * Live data comes another way: ./live.
 */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { AppRouter } from '@tidemark/rpc';
import { createTRPCClient, httpBatchStreamLink, type TRPCClient } from '@trpc/client';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import { type ReactNode, useState } from 'react';
import { BATCH_ITEMS_MAX } from './limits.ts';

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
  return createTRPCClient<AppRouter>({
    links: [httpBatchStreamLink({ url: '/api/trpc', maxItems: BATCH_ITEMS_MAX, methodOverride: 'POST' })],
  });
}
