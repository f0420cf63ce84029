import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that takes JSON and answers as it is told: the ground that the fake receivers stand on. */
export interface Received<T> {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: T;
  readonly atMs: number;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpReceiver<T> {
  readonly url: string;
  readonly port: number;
  /** Accepted requests, in order. */
  readonly received: Received<T>[];
  /** What broke the published rules; must stay empty. */
  readonly violations: string[];
  /** Requests, accepted or not. */
  readonly requests: () => number;
  /** Answers that come before the usual one, one for each request. */
  readonly fail: (...answers: readonly (Answer | 'hang up')[]) => void;
  stop(): Promise<void>;
}

export interface Rules<T> {
  readonly path: string;
  /** What the payload breaks. */
  readonly check: (body: T, headers: IncomingHttpHeaders) => string[];
  readonly accepted: (body: T) => Answer;
  readonly refused: (violations: readonly string[]) => Answer;
}

export async function startHttpReceiver<T>(rules: Rules<T>, port = 0): Promise<HttpReceiver<T>> {
  const received: Received<T>[] = [];
  const violations: string[] = [];
  const failures: (Answer | 'hang up')[] = [];
  let requests = 0;
  const server = createServer(async (request, response) => {
    requests++;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const failure = failures.shift();
    if (failure === 'hang up') return request.socket.destroy();
    const send = ({ status, body, headers }: Answer) => response.writeHead(status, headers).end(body);
    if (failure !== undefined) return send(failure);
    const text = Buffer.concat(chunks).toString('utf8');
    const found = request.method === 'POST' ? [] : [`${request.method} instead of POST`];
    if (!(request.headers['content-type'] ?? '').startsWith('application/json')) found.push('Content-Type is not application/json');
    let body: T | null = null;
    try {
      body = JSON.parse(text) as T;
    } catch {
      found.push(`no JSON: ${text.slice(0, 100)}`);
    }
    if (body !== null) found.push(...rules.check(body, request.headers));
    if (body === null || found.length > 0) {
      violations.push(...found);
      return send(rules.refused(found));
    }
    received.push({ path: request.url ?? '', headers: request.headers, body, atMs: Date.now() });
    return send(rules.accepted(body));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const taken = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${taken}${rules.path}`,
    port: taken,
    received,
    violations,
    requests: () => requests,
    fail: (...answers) => failures.push(...answers),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
