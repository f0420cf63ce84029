import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bodyOf } from './body.ts';
import { objectStoreConformance } from './conformance.ts';
import { S3Store } from './s3-store.ts';
import { S3_MISSING, type S3Server, startS3Server } from './testing/s3-server.ts';

let server: S3Server | null = null;
beforeAll(async () => {
  if (S3_MISSING === null) server = await startS3Server();
});
afterAll(() => server?.stop());

let prefixes = 0;
objectStoreConformance('objects in S3', S3_MISSING, async () => {
  const settings = { ...server!.settings, prefix: `run-${process.pid}-${Date.now()}-${++prefixes}/` };
  const store = new S3Store(settings);
  return {
    store,
    other: new S3Store(settings),
    destroy: async () => {
      for (const { key } of (await store.list('')).objects) await store.delete(key);
    },
  };
});

test.skipIf(S3_MISSING !== null)('what the server refuses is told by its kind', async () => {
  const { settings } = server!;
  const wrong = new S3Store({ ...settings, credentials: { accessKeyId: 'tests', secretAccessKey: 'wrong' } });
  await expect(wrong.get('key', 0, 1)).rejects.toMatchObject({ kind: 'denied' });
  await expect(wrong.put('key', bodyOf(new Uint8Array(3)))).rejects.toMatchObject({ kind: 'denied' });
  const elsewhere = new S3Store({ ...settings, bucket: 'no-such-bucket' });
  await expect(elsewhere.put('key', bodyOf(new Uint8Array(3)))).rejects.toMatchObject({ kind: 'missing' });
  await expect(elsewhere.list('')).rejects.toMatchObject({ kind: 'missing' });
});

test('nobody there is away', async () => {
  const nobody = new S3Store({ endpoint: 'http://127.0.0.1:1', bucket: 'b', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  await expect(nobody.get('key', 0, 1)).rejects.toMatchObject({ kind: 'away' });
});

/** What Amazon's answers say of an archived object; no server that runs here has an archive. */
async function answering(
  answer: (request: IncomingMessage) => [number, Record<string, string>, string],
): Promise<[S3Store, Server, string[]]> {
  const asked: string[] = [];
  const stub = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const [status, headers, body] = answer(request);
    request.resume().on('end', () => response.writeHead(status, headers).end(request.method === 'HEAD' ? '' : body));
  });
  await new Promise<void>((resolve) => stub.listen(0, '127.0.0.1', resolve));
  const { port } = stub.address() as { port: number };
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  return [new S3Store({ endpoint: `http://127.0.0.1:${port}`, bucket: 'b', credentials }), stub, asked];
}

function refusal(code: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>no</Message></Error>`;
}

test('an archived object is not read; it is restored once', async () => {
  let restore: string | null = null;
  const [store, stub, asked] = await answering(({ method = '', url = '' }) => {
    if (method === 'HEAD')
      return [200, { 'content-length': '10', 'x-amz-storage-class': 'GLACIER', ...(restore !== null && { 'x-amz-restore': restore }) }, ''];
    if (method === 'POST' && url.includes('restore')) return [202, {}, ''];
    return [403, { 'content-type': 'application/xml' }, refusal('InvalidObjectState')];
  });
  try {
    await expect(store.get('old', 0, 5)).rejects.toMatchObject({ kind: 'archived' });
    expect(await store.restore('old', 3)).toBe('archived');
    restore = 'ongoing-request="true"';
    expect(await store.restore('old', 3)).toBe('restoring');
    restore = 'ongoing-request="false", expiry-date="Fri, 23 Dec 2030 00:00:00 GMT"';
    expect((await store.head('old'))?.archive).toBe('restored');
    expect(asked.filter((line) => line.startsWith('POST'))).toEqual(['POST /b/old?restore=']);
  } finally {
    stub.close();
  }
});

test('a store that asks for patience is away, also when it goes on asking', async () => {
  const [store, stub, asked] = await answering(() => [503, { 'content-type': 'application/xml' }, refusal('SlowDown')]);
  try {
    await expect(store.get('key', 0, 5)).rejects.toMatchObject({ kind: 'away' });
    expect(asked).toHaveLength(3);
  } finally {
    stub.close();
  }
});
