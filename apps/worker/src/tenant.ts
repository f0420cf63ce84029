import type { IncomingMessage } from 'node:http';
import { DEFAULT_TENANT, isTenantName } from '@tidemark/tsdb/model';

/** Whose data a request is about: the `X-Scope-OrgID` header, `default` without it; null when the header names no tenant. */
export function tenantOf(request: Pick<IncomingMessage, 'headers'>): string | null {
  const header = request.headers['x-scope-orgid'];
  if (header === undefined || header === '') return DEFAULT_TENANT;
  return typeof header === 'string' && isTenantName(header) ? header : null;
}
