import type { IncomingMessage } from 'node:http';
import { DEFAULT_TENANT, isTenantName } from '@tidemark/tsdb/model';

/** From the header `X-Scope-OrgID`; null when what it says is no tenant's name. */
export function tenantOf(request: IncomingMessage): string | null {
  const named = request.headers['x-scope-orgid'];
  if (named === undefined) return DEFAULT_TENANT;
  return typeof named === 'string' && isTenantName(named) ? named : null;
}
