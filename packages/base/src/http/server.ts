import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Service } from '../service/service.ts';
import { sendJson } from './reply.ts';
import { type RouteMatch, type Routes, routeTable } from './routes.ts';

/**
 * One listener of a process: routes, health and readiness, and an end that lets open requests finish.
 *
 * `/-/healthy` answers 200 while the process lives; `/-/ready` 200 once `notReady` gives null, else 503 with its words.
 */
export interface HttpServerOptions {
  readonly name: string;
  readonly host: string;
  /** 0 takes a free one; see `address`. */
  readonly port: number;
  /** Several listeners of this process share the port, and the system deals out connections among them. */
  readonly isShared?: boolean;
  readonly routes: Routes;
  readonly notReady: () => string | null;
  /** Told of a handler's unexpected failure, which was answered with 500. */
  readonly onError: (error: unknown, request: IncomingMessage) => void;
}

/** Another process has the port: one clear line for whoever started this one. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';

  constructor(host: string, port: number) {
    super(`port ${port} on ${host} is taken: stop what uses it, or choose others with --port`);
  }
}

/** Address and headers of a request: a live stream names up to 200 queries in its address, and can say them nowhere else. */
const HEADER_BYTES_MAX = 256 * 1024;

/**
 * A connection that says nothing for so long is closed. Senders come each 15 s, or each minute; one that is closed as its next request
 * is under way looks to them like a failure.
 */
const IDLE_MS_MAX = 120_000;

/** How long `drain` waits for open requests before it cuts them. */
const DRAIN_MS = 5_000;

export class HttpServer implements Service {
  readonly name: string;
  readonly #options: HttpServerOptions;
  readonly #server: Server;
  #draining = false;

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.name = options.name;
    const find = routeTable({
      'GET /-/healthy': (_request, response) => sendJson(response, 200, { status: 'healthy' }),
      'GET /-/ready': (_request, response) => {
        const waiting = options.notReady();
        if (waiting === null) sendJson(response, 200, { status: 'ready' });
        else sendJson(response, 503, { status: 'not ready', reason: waiting });
      },
      ...options.routes,
    });
    this.#server = createServer(
      { maxHeaderSize: HEADER_BYTES_MAX, keepAliveTimeout: IDLE_MS_MAX },
      (request, response) => void this.#answer(find, request, response),
    );
  }

  /** Throws `PortTakenError` when it is. */
  async listen(): Promise<void> {
    const { host, port, isShared = false } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'EADDRINUSE' ? new PortTakenError(host, port) : error),
      );
      this.#server.listen({ host, port, reusePort: isShared }, resolve);
    });
  }

  get address(): { readonly host: string; readonly port: number } {
    return { host: this.#options.host, port: (this.#server.address() as AddressInfo).port };
  }

  async run(signal: AbortSignal): Promise<void> {
    if (!this.#server.listening) await this.listen();
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  async drain(): Promise<void> {
    if (!this.#server.listening) return;
    this.#draining = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const cut = setTimeout(() => this.#server.closeAllConnections(), DRAIN_MS);
    await closed;
    clearTimeout(cut);
  }

  async #answer(find: ReturnType<typeof routeTable>, request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A client that keeps its connection would hold the drain up until it gives it back.
    response.once('close', () => this.#draining && setImmediate(() => this.#server.closeIdleConnections()));
    try {
      const target = new Target(request.url ?? '/');
      const match = find(request.method ?? 'GET', target.path);
      if (match.kind === 'none') return sendJson(response, 404, { error: `no such path: ${target.path}` });
      if (match.kind === 'method') {
        response.setHeader('Allow', match.allowed.join(', '));
        return sendJson(response, 405, { error: `${target.path} takes ${match.allowed.join(' or ')}` });
      }
      target.params = match.params;
      await match.handler(request, response, target);
    } catch (error) {
      this.#options.onError(error, request);
      if (!response.headersSent) sendJson(response, 500, { error: 'internal error' });
      else response.destroy();
    }
  }
}

/** What a request asks for. Its address is parsed when somebody looks: most paths are plain. */
class Target implements RouteMatch {
  readonly path: string;
  params: RouteMatch['params'] = {};
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    this.path = /^(?:\/[\w-]+)+(?=\?|$)/.exec(text)?.[0] ?? this.url.pathname;
  }

  get url(): URL {
    return new URL(this.#text, 'http://localhost');
  }
}
