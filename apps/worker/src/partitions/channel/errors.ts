import { LogGrownError } from '@tidemark/log/file';
import { QueryError } from '@tidemark/promql';
import { BlockUnreachableError, PlaceMissingError, type QueryEnd, QueryEndedError } from '@tidemark/tsdb';
import { PlainError } from '../../plain-error.ts';

/** Errors as plain values: classes do not survive the way between threads. */
export type EncodedError =
  | { readonly kind: 'ended'; readonly end: QueryEnd; readonly message: string }
  | { readonly kind: 'query'; readonly fault: QueryError['kind']; readonly message: string; readonly from?: number; readonly to?: number }
  /** One that a user can mend: its message says how. */
  | { readonly kind: 'plain'; readonly message: string }
  | { readonly kind: 'bug'; readonly message: string; readonly stack: string | undefined; readonly code: string | undefined };

export function encodeError(error: unknown): EncodedError {
  if (error instanceof QueryEndedError) return { kind: 'ended', end: error.kind, message: error.message };
  if (error instanceof QueryError) return { kind: 'query', fault: error.kind, message: error.message, from: error.from, to: error.to };
  const plain = [PlainError, LogGrownError, PlaceMissingError, BlockUnreachableError];
  if (plain.some((kind) => error instanceof kind)) return { kind: 'plain', message: (error as Error).message };
  const { message, stack, code } = error as NodeJS.ErrnoException;
  return { kind: 'bug', message: message ?? String(error), stack, code };
}

export function decodeError(error: EncodedError): Error {
  switch (error.kind) {
    case 'ended':
      return new QueryEndedError(error.end, error.message);
    case 'query': {
      const { from, to } = error;
      return new QueryError(error.fault, error.message, from === undefined || to === undefined ? undefined : { from, to });
    }
    case 'plain':
      return new PlainError(error.message);
    case 'bug':
      return Object.assign(new Error(error.message), { stack: error.stack, ...(error.code !== undefined && { code: error.code }) });
  }
}
