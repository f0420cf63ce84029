export type { Ports } from './ports.ts';
export { appRouter } from './router.ts';
export { createCallerFactory, type RpcContext } from './trpc.ts';
