import type { IncomingMessage } from 'node:http';
import type { Handler } from '@tidemark/base/http';
import { sendJson } from '@tidemark/base/http';
import { appRouter, type Ports } from '@tidemark/rpc/server';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import { RPC_BYTES_MAX } from '../limits.ts';
import { tenantOf } from '../tenant.ts';
import { withRpcErrors } from './errors.ts';

/** tRPC below `/trpc`: single and batched calls, streamed batches, subscriptions as server-sent events. */
export function rpcHandler(ports: Ports, onError: (error: unknown, request: IncomingMessage) => void): Handler {
  const mapped = withRpcErrors(ports);
  return async (request, response, route) => {
    const tenant = tenantOf(request);
    if (tenant === null) return sendJson(response, 400, { error: 'X-Scope-OrgID names no tenant' });
    await nodeHTTPRequestHandler({
      router: appRouter,
      req: request,
      res: response,
      path: route.params['*'],
      createContext: async () => ({ tenant, ports: mapped }),
      maxBodySize: RPC_BYTES_MAX,
      // Queries and subscriptions may carry more than an address holds.
      allowMethodOverride: true,
      onError: ({ error }) => {
        if (error.code === 'INTERNAL_SERVER_ERROR') onError(error.cause ?? error, request);
      },
    });
  };
}
