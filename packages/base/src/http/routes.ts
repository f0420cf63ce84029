import type { IncomingMessage, ServerResponse } from 'node:http';

/** `GET /path/:name`, or `* /prefix/*` for every method and everything below a prefix. */
export type Routes = Readonly<Record<string, Handler>>;

export type Handler = (request: IncomingMessage, response: ServerResponse, route: RouteMatch) => void | Promise<void>;

export interface RouteMatch {
  readonly url: URL;
  /** Decoded `:name` segments; what a trailing `*` stood for under `*`. */
  readonly params: Readonly<Record<string, string>>;
}

type Found =
  | { readonly kind: 'found'; readonly handler: Handler; readonly params: Record<string, string> }
  | { readonly kind: 'method'; readonly allowed: readonly string[] }
  | { readonly kind: 'none' };

/** A lookup over `routes`; those without parameters are found by one map access. */
export function routeTable(routes: Routes): (method: string, path: string) => Found {
  const exact = new Map<string, Handler>();
  const patterns: { method: string; segments: string[]; handler: Handler }[] = [];
  for (const [route, handler] of Object.entries(routes)) {
    const [method, path] = route.split(' ');
    if (/[:*]/.test(path) || method === '*') patterns.push({ method, segments: path.split('/'), handler });
    else exact.set(route, handler);
  }
  return (method, path) => {
    const wanted = method === 'HEAD' ? 'GET' : method;
    const direct = exact.get(`${wanted} ${path}`);
    if (direct !== undefined) return { kind: 'found', handler: direct, params: {} };
    const allowed: string[] = [];
    const parts = path.split('/');
    for (const pattern of patterns) {
      const params = match(pattern.segments, parts);
      if (params === null) continue;
      if (pattern.method === '*' || pattern.method === wanted) return { kind: 'found', handler: pattern.handler, params };
      allowed.push(pattern.method);
    }
    for (const route of exact.keys()) if (route.endsWith(` ${path}`)) allowed.push(route.split(' ')[0]);
    return allowed.length > 0 ? { kind: 'method', allowed } : { kind: 'none' };
  };
}

function match(segments: readonly string[], parts: readonly string[]): Record<string, string> | null {
  const params: Record<string, string> = {};
  for (let i = 0; i < segments.length; i++) {
    if (segments[i] === '*') {
      params['*'] = parts.slice(i).join('/');
      return params;
    }
    if (i >= parts.length) return null;
    if (segments[i].startsWith(':')) {
      try {
        params[segments[i].slice(1)] = decodeURIComponent(parts[i]);
      } catch {
        return null;
      }
    } else if (segments[i] !== parts[i]) {
      return null;
    }
  }
  return segments.length === parts.length ? params : null;
}
