import type { Ports } from '@tidemark/rpc/server';
import { TRPCError } from '@trpc/server';
import { IngestUnavailableError } from '../status/ingest-client.ts';
import { StoppingError } from './live-queries.ts';

/** From the domain's errors to tRPC's, and the only place where they meet. What is not known here is a bug: `INTERNAL_SERVER_ERROR`. */
export function toRpcError(error: unknown): unknown {
  if (error instanceof IngestUnavailableError || error instanceof StoppingError) return unavailable(error.message, error);
  if (isDatabaseDown(error)) return unavailable('PostgreSQL does not answer: nothing was changed. Try again.', error);
  return error;
}

function unavailable(message: string, cause: unknown): TRPCError {
  return new TRPCError({ code: 'SERVICE_UNAVAILABLE', message, cause });
}

/** The ports with their errors mapped, whether they throw, reject or end a stream. */
export function withRpcErrors(ports: Ports): Ports {
  return Object.fromEntries(Object.entries(ports).map(([resource, port]) => [resource, mapped(port)])) as unknown as Ports;
}

function mapped<T extends object>(port: T): T {
  return new Proxy(port, {
    get(target, name) {
      const member = Reflect.get(target, name, target);
      return typeof member === 'function' ? (...args: unknown[]) => called(() => member.apply(target, args)) : member;
    },
  });
}

function called(call: () => unknown): unknown {
  try {
    const result = call();
    if (result instanceof Promise) return result.catch(rethrow);
    if (isStream(result)) return mappedStream(result);
    return result;
  } catch (error) {
    return rethrow(error);
  }
}

async function* mappedStream(stream: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* stream;
  } catch (error) {
    rethrow(error);
  }
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function rethrow(error: unknown): never {
  throw toRpcError(error);
}

/** Prisma's P1xxx codes are about the server, not about the query; the driver's own have names of the system's. */
function isDatabaseDown(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && (/^P10\d\d$/.test(code) || code === 'ECONNREFUSED' || code === 'ECONNRESET');
}
