import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { type HttpSettings, PLAIN_HTTP } from '../prometheus-config/job.ts';
import { createHttpClient, type GetRequest } from './http-client.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function serve(listener: RequestListener): Promise<{ url: string; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const server = createServer(listener).on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, sockets };
}

function clientWith(settings: Partial<HttpSettings> = {}) {
  const client = createHttpClient({ ...PLAIN_HTTP, ...settings });
  ends.push(() => client.close());
  const get = async (url: string, request: Partial<GetRequest> = {}, signal = new AbortController().signal) => {
    const result = await client.get(
      { url, headers: { 'Accept-Encoding': 'gzip' }, timeoutMs: 5000, bodyBytesMax: 1000, ...request },
      signal,
    );
    return result.kind === 'body' ? result.bytes.toString() : result;
  };
  return { get };
}

test('one connection for many requests, again after the server closed it', async () => {
  const { url, sockets } = await serve((_request, response) => response.end('ok'));
  const { get } = clientWith();
  expect([await get(url), await get(url), await get(url)]).toEqual(['ok', 'ok', 'ok']);
  expect(sockets.size).toBe(1);
  for (const socket of sockets) socket.destroy();
  expect(await get(url)).toBe('ok');
});

test('gzip, and its limit once unpacked', async () => {
  const bodies = ['x'.repeat(900), 'x'.repeat(1001)].map((body) => gzipSync(body));
  const { url } = await serve((request, response) =>
    response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(bodies[Number(request.url?.slice(1))]),
  );
  const { get } = clientWith();
  expect(await get(`${url}0`)).toBe('x'.repeat(900));
  expect(await get(`${url}1`)).toEqual({ kind: 'failed', reason: 'the body is larger than the limit of 1000 bytes' });
});

test.each<[what: string, listener: RequestListener, reason: RegExp]>([
  ['a status', (_, response) => response.writeHead(404).end(), /^server returned HTTP status 404 Not Found$/],
  ['no answer', () => {}, /^no complete answer within 50 ms$/],
  ['half an answer', (_, response) => void response.write('half'), /^no complete answer within 50 ms$/],
  ['too much', (_, response) => response.end('x'.repeat(1001)), /^the body is larger than the limit of 1000 bytes$/],
  ['broken gzip', (_, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('no'), /^the body is no gzip/],
  ['cut off', (_, response) => void response.writeHead(200, { 'Content-Length': 10 }).write('a', () => response.destroy()), /./],
  ['a circle', (_, response) => response.writeHead(302, { Location: '/' }).end(), /^stopped after 10 redirects$/],
  ['a redirect to nowhere', (_, response) => response.writeHead(302, { Location: 'http://[' }).end(), /Invalid URL/],
])('%s is a reason, not an exception', async (_what, listener, reason) => {
  const { url } = await serve(listener);
  expect(await clientWith().get(url, { timeoutMs: 50 })).toEqual({ kind: 'failed', reason: expect.stringMatching(reason) });
});

test('nobody there; no such host; stopped', async () => {
  const { get } = clientWith();
  expect(await get('http://127.0.0.1:1/')).toEqual({ kind: 'failed', reason: 'connect ECONNREFUSED 127.0.0.1:1' });
  expect(await get('https://127.0.0.1:1/')).toMatchObject({ kind: 'failed' });
  expect(await get('http://127.0.0.1:1/', {}, AbortSignal.abort())).toEqual({ kind: 'failed', reason: 'the scrape was stopped' });
});

test('credentials: each kind, from a file as it is now, and never to another server', async () => {
  const seen = (request: IncomingMessage) => request.headers.authorization ?? 'none';
  const { url } = await serve((request, response) => response.end(seen(request)));
  const { url: elsewhere } = await serve((_request, response) => response.writeHead(302, { Location: url }).end());
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-secret-'));
  ends.push(() => rm(folder, { recursive: true }));
  const path = join(folder, 'token');
  const basic = clientWith({ authorization: { kind: 'basic', username: 'me', password: { kind: 'inline', value: 'x:y' } } });
  expect(await basic.get(url)).toBe(`Basic ${Buffer.from('me:x:y').toString('base64')}`);
  const bearer = clientWith({ authorization: { kind: 'credentials', type: 'Bearer', credentials: { kind: 'file', path } } });
  expect(await bearer.get(url)).toMatchObject({ kind: 'failed', reason: expect.stringContaining('ENOENT') });
  await writeFile(path, 'one\n');
  expect(await bearer.get(url)).toBe('Bearer one');
  await writeFile(path, 'two\n');
  expect(await bearer.get(url)).toBe('Bearer two');
  expect(await bearer.get(elsewhere)).toBe('none');
});

test('redirects only where the job follows them', async () => {
  const { url } = await serve((request, response) => {
    if (request.url === '/new') response.end('there');
    else response.writeHead(308, { Location: 'new' }).end();
  });
  expect(await clientWith().get(url)).toBe('there');
  expect(await clientWith({ followRedirects: false }).get(url)).toMatchObject({ kind: 'failed', reason: expect.stringContaining('308') });
});
