import { initTRPC } from '@trpc/server';
import type { Ports } from './ports.ts';

/** What every procedure gets. A service provides the ports of the resources that it serves. */
export interface RpcContext {
  readonly tenant: string;
  readonly ports: Ports;
}

const trpc = initTRPC.context<RpcContext>().create({
  // No stack traces in answers, whatever NODE_ENV is: they are in the worker's log.
  isDev: false,
  sse: { ping: { enabled: true, intervalMs: 10_000 }, client: { reconnectAfterInactivityMs: 25_000 } },
});

export const router = trpc.router;
export const procedure = trpc.procedure;
export const createCallerFactory = trpc.createCallerFactory;
