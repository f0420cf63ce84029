/** The product's tRPC surface as the browser reaches it: through the web's own address. */
import type { AppRouter } from '@tidemark/rpc';
import { createTRPCClient, httpLink } from '@trpc/client';

export function rpcClient(webUrl: string) {
  return createTRPCClient<AppRouter>({ links: [httpLink({ url: `${webUrl}/api/trpc` })] });
}
