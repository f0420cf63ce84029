/**
 * The same requests, good ones and bad ones, to Tidemark's API and to that of a Prometheus on the path: status, headers and bodies are the
 * same, but for what is said here.
 */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiRequests, apiSeries, DIFFERENT, withoutOwn } from '../support/api-requests.ts';
import { type Both, startBoth } from '../support/both.ts';
import { prometheusVersion } from '../support/prometheus.ts';

const version = prometheusVersion();
const isOld = version !== null && version[0] < 3;
const T = (Math.floor(Date.now() / 1000 / 3600) - 2) * 3600;

/** What there was not before 3.0. */
const NEW = /stats|limit|lookback|parse_query|scrape_pools|exclude|group_|match|"name|"b\.c"|a%20b|U__|time=5s|fill/;

describe.skipIf(version === null)(`beside Prometheus ${version?.join('.') ?? '(there is no prometheus on the path)'}`, () => {
  let both: Both;
  beforeAll(async () => {
    both = await startBoth();
    await both.load(apiSeries(T));
  }, 120_000);
  afterAll(() => both?.stop());

  test.each(['GET', 'POST'])('%s', async (method) => {
    const differences: string[] = [];
    for (const request of apiRequests(T).filter((path) => !DIFFERENT.test(path) && !(isOld && NEW.test(path)))) {
      const [path, query = ''] = request.split('?');
      const parameters = new URLSearchParams(query);
      const where = `/api/v1/${path}`;
      const replies = method === 'GET' ? await both.ask(`${where}?${parameters}`) : await both.ask(where, { method, body: parameters });
      const [ours, theirs] = await Promise.all(replies.map(seen));
      if (!isDeepStrictEqual(ours, theirs)) differences.push(`${request}\n${JSON.stringify(ours)}\n${JSON.stringify(theirs)}`);
    }
    expect(differences).toEqual([]);
  });
});

/** Before 3.0 many texts were others. */
async function seen(reply: Response): Promise<unknown> {
  const type = reply.headers.get('content-type');
  const text = await reply.text();
  const body = type === 'application/json' ? JSON.parse(text, withoutOwn) : text;
  return isOld ? { status: reply.status, errorType: body.errorType } : { status: reply.status, type, body };
}
