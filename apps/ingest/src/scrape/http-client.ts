import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Authorization, HttpSettings, Secret } from '../prometheus-config/job.ts';
import { REDIRECTS_MAX } from './limits.ts';

/** GET requests with one job's credentials, over connections that stay open. */
export interface HttpClient {
  /** Never rejects: whatever goes wrong is a `failed` with a reason for people. */
  get(request: GetRequest, signal: AbortSignal): Promise<GetResult>;
  close(): void;
}

export interface GetRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Of the decompressed body. */
  readonly bodyBytesMax: number;
}

export type GetResult =
  | { readonly kind: 'body'; readonly bytes: Buffer; readonly contentType: string | undefined }
  | { readonly kind: 'failed'; readonly reason: string };

/** What ends one request early; its message is the reason shown. */
class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
}

const unzip = promisify(gunzip);

export function createHttpClient(settings: HttpSettings): HttpClient {
  const plain = new http.Agent({ keepAlive: true, maxFreeSockets: 64 });
  let secure: https.Agent | null = null;
  const agentFor = (url: URL) => {
    if (url.protocol === 'http:') return plain;
    secure ??= secureAgent(settings);
    return secure;
  };
  return {
    async get(request, signal) {
      const cut = new AbortController();
      const onAbort = () => cut.abort(new RequestFailed('the scrape was stopped'));
      const timer = setTimeout(() => cut.abort(new RequestFailed(`no complete answer within ${request.timeoutMs} ms`)), request.timeoutMs);
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
      try {
        return await follow(settings, agentFor, request, cut.signal);
      } catch (error) {
        return { kind: 'failed', reason: reasonOf(cut.signal.aborted ? cut.signal.reason : error) };
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      }
    },
    close() {
      plain.destroy();
      secure?.destroy();
    },
  };
}

async function follow(
  settings: HttpSettings,
  agentFor: (url: URL) => http.Agent,
  request: GetRequest,
  signal: AbortSignal,
): Promise<GetResult> {
  const authorization = settings.authorization === null ? null : await authorizationHeader(settings.authorization);
  const first = new URL(request.url);
  let url = first;
  for (let hops = 0; hops <= REDIRECTS_MAX; hops++) {
    const headers: Record<string, string> = { ...request.headers };
    // A redirect to elsewhere must not carry the secret along.
    if (authorization !== null && url.origin === first.origin) headers.Authorization = authorization;
    const response = await send(url, { agent: agentFor(url), headers, signal });
    const status = response.statusCode ?? 0;
    const { location } = response.headers;
    if (settings.followRedirects && location !== undefined && [301, 302, 303, 307, 308].includes(status)) {
      response.resume();
      url = new URL(location, url);
      continue;
    }
    if (status !== 200) {
      response.resume();
      return { kind: 'failed', reason: `server returned HTTP status ${status} ${response.statusMessage ?? ''}`.trimEnd() };
    }
    const bytes = await bodyOf(response, request.bodyBytesMax);
    return { kind: 'body', bytes, contentType: response.headers['content-type'] };
  }
  return { kind: 'failed', reason: `stopped after ${REDIRECTS_MAX} redirects` };
}

type SendOptions = { agent: http.Agent; headers: Record<string, string>; signal: AbortSignal };

async function send(url: URL, options: SendOptions): Promise<http.IncomingMessage> {
  const attempt = () =>
    new Promise<http.IncomingMessage>((resolve, reject) => {
      const request = (url.protocol === 'https:' ? https : http).get(url, options, resolve);
      request.on('error', (error: NodeJS.ErrnoException) =>
        reject(Object.assign(error, { closedWhileIdle: request.reusedSocket && error.code === 'ECONNRESET' })),
      );
    });
  try {
    return await attempt();
  } catch (error) {
    // The server had closed the kept connection just before it was used again.
    if ((error as { closedWhileIdle?: boolean }).closedWhileIdle) return attempt();
    throw error;
  }
}

async function bodyOf(response: http.IncomingMessage, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  const tooLarge = () => new RequestFailed(`the body is larger than the limit of ${bytesMax} bytes`);
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bytesMax) throw tooLarge();
    chunks.push(chunk);
  }
  const raw = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length);
  if (response.headers['content-encoding'] !== 'gzip') return raw;
  try {
    return await unzip(raw, { maxOutputLength: bytesMax });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new RequestFailed(`the body is no gzip: ${(error as Error).message}`);
  }
}

async function authorizationHeader(authorization: Authorization): Promise<string> {
  if (authorization.kind === 'credentials') return `${authorization.type} ${await secretText(authorization.credentials)}`;
  const pair = `${authorization.username}:${await secretText(authorization.password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

async function secretText(secret: Secret): Promise<string> {
  return secret.kind === 'inline' ? secret.value : (await readFile(secret.path, 'utf8')).trim();
}

function secureAgent({ tls }: HttpSettings): https.Agent {
  const file = (path: string | null) => (path === null ? undefined : readFileSync(path));
  return new https.Agent({
    keepAlive: true,
    maxFreeSockets: 64,
    rejectUnauthorized: !tls.insecureSkipVerify,
    ca: file(tls.caFile),
    cert: file(tls.certFile),
    key: file(tls.keyFile),
    servername: tls.serverName ?? undefined,
  });
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors.at(-1));
  return error instanceof Error ? error.message || error.name : String(error);
}
