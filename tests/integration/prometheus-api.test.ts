/**
 * The same requests, good ones and bad ones, to Tidemark's API and to that of a Prometheus on the path: status, headers and bodies are the
 * same, but for what is said here.
 */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Both, startBoth } from '../support/both.ts';
import { prometheusVersion } from '../support/prometheus.ts';
import type { SeriesToSend } from '../support/remote-write.ts';

const version = prometheusVersion();
const isOld = version !== null && version[0] < 3;
const T = (Math.floor(Date.now() / 1000 / 3600) - 2) * 3600;

const REQUESTS: readonly string[] = [
  // Queries.
  `query?query=up&time=${T}`,
  `query?query=requests_total&time=${T + 60}`,
  `query?query=requests_total[1m]&time=${T + 60}`,
  `query?query=1.5&time=${T}`,
  `query?query="text"&time=${T}`,
  `query?query=time()&time=2023-11-14T22:13:20.5Z`,
  `query?query=requests_total&time=${T + 60}&limit=1`,
  `query?query=requests_total&time=${T + 60}&limit=-1`,
  `query?query=requests_total&time=${T + 60}&limit=x`,
  `query?query=requests_total&time=${T + 60}&timeout=x`,
  `query?query=requests_total&time=${T + 60}&timeout=5s`,
  `query?query=requests_total&time=${T + 60}&lookback_delta=1s`,
  `query?query=requests_total&time=${T + 60}&lookback_delta=x`,
  `query?query=requests_total&time=x`,
  `query?query=`,
  `query`,
  `query?query=sum(`,
  `query?query=rate(requests_total)`,
  `query?query=foo(1)`,
  `query?query={}`,
  `query?query=requests_total{job=~"("}`,
  `query?query=1+-+"a"`,
  `query?query=label_replace(requests_total,"code","","","")&time=${T + 60}`,
  `query?query=topk(NaN,requests_total)&time=${T + 60}`,
  `query?query={"name.with.dots"}&time=${T + 60}`,
  `query?query={"name.with.dots","label%20name"="ü"}&time=${T + 60}`,
  `query_range?query=requests_total&start=${T}&end=${T + 60}&step=15`,
  `query_range?query=requests_total&start=${T}&end=${T + 60}&step=15s&limit=1`,
  `query_range?query=1&start=${T}&end=${T + 60}&step=30`,
  `query_range?query=requests_total&start=${T}&end=${T + 60}`,
  `query_range?query=requests_total&start=${T}&end=${T + 60}&step=0`,
  `query_range?query=requests_total&start=${T}&end=${T + 60}&step=-1`,
  `query_range?query=requests_total&start=${T}&end=${T + 60}&step=x`,
  `query_range?query=requests_total&start=${T}&end=${T - 60}&step=15`,
  `query_range?query=requests_total&start=x&end=${T - 60}&step=15`,
  `query_range?query=requests_total&end=${T - 60}&step=15`,
  `query_range?query=requests_total&start=${T}&step=15`,
  `query_range?query=requests_total&start=${T}&end=${T + 20000}&step=1`,
  `query_range?query=requests_total[1m]&start=${T}&end=${T + 60}&step=15`,
  `query_range?query="a"&start=${T}&end=${T + 60}&step=15`,
  `query_range?query=requests_total+offset&start=${T}&end=${T + 60}&step=15`,
  // Statistics.
  `query?query=requests_total&time=${T + 60}&stats=true`,
  `query?query=requests_total&time=${T + 60}&stats=yes`,
  `query?query=sum(rate(requests_total[1m]))/2&time=${T + 60}&stats=all`,
  `query?query=requests_total[1m]&time=${T + 60}&stats=all`,
  `query?query=requests_total[1m:20s]&time=${T + 60}&stats=all`,
  `query_range?query=requests_total&start=${T}&end=${T + 60}&step=7&stats=all`,
  `query_range?query=rate(requests_total[30s])&start=${T}&end=${T + 60}&step=7&stats=all`,
  `query_range?query=rate(requests_total[10s])&start=${T}&end=${T + 60}&step=20&stats=all`,
  `query_range?query=rate(requests_total[30s]+offset+10s)&start=${T}&end=${T + 60}&step=7&stats=all`,
  `query_range?query=rate(requests_total[30s]+@+${T + 40})&start=${T}&end=${T + 60}&step=7&stats=all`,
  `query_range?query=requests_total+@+${T + 40}+%2B+temp&start=${T}&end=${T + 60}&step=7&stats=all`,
  `query_range?query=max_over_time(rate(requests_total[30s])[30s:10s])&start=${T}&end=${T + 60}&step=7&stats=all`,
  `query_range?query=max_over_time(requests_total[15s:5s])&start=${T}&end=${T + 60}&step=30&stats=all`,
  `query_range?query=max_over_time(requests_total[15s:5s]+offset+20s)&start=${T}&end=${T + 60}&step=30&stats=all`,
  `query_range?query=increase(requests_total[30s]+anchored)&start=${T}&end=${T + 60}&step=7&stats=all`,
  `query_range?query=timestamp(requests_total)+%2B+time()&start=${T}&end=${T + 60}&step=7&stats=all`,
  // Series and labels.
  `series?match[]=requests_total&start=${T}&end=${T + 60}`,
  `series?match[]=requests_total{code="200"}&match[]=temp&start=${T}&end=${T + 60}`,
  `series?match[]=requests_total&start=${T}&end=${T + 60}&limit=1`,
  `series?match[]=requests_total&limit=x`,
  `series`,
  `series?match[]=sum(x)`,
  `series?match[]={`,
  `series?match[]={}`,
  `series?match[]=requests_total&start=x`,
  `labels?start=${T}&end=${T + 60}`,
  `labels?match[]=temp&start=${T}&end=${T + 60}`,
  `labels?match[]=temp&start=${T}&end=${T + 60}&limit=1`,
  `labels?start=x`,
  `labels?match[]={`,
  `labels?limit=-1`,
  `label/job/values?start=${T}&end=${T + 60}`,
  `label/job/values?match[]=temp&start=${T}&end=${T + 60}`,
  `label/code/values?start=${T}&end=${T + 60}&limit=1`,
  `label/nothing/values`,
  `label/U__label_20_name/values?start=${T}&end=${T + 60}`,
  `label/__name__/values?start=${T}&end=${T + 60}`,
  `label/a%20b/values?start=${T}&end=${T + 60}`,
  `label/job/values?start=x`,
  `label/job/values?match[]=sum(x)`,
  // Expressions.
  `format_query?query=sum(requests_total)by(job)/2`,
  `format_query?query={"name.with.dots"}`,
  `format_query?query=x{job!="a",code=~"2..",%20"b.c"="d"}[5m]+offset+5m`,
  `format_query?query=a+*+on(job,x)+group_left(y)+b+or+-c`,
  `format_query?query=quantile_over_time(0.5,+max(x)+without(a)[5m:1m]+@+end())`,
  `format_query?query=sum(`,
  `query?query={&time=${T}`,
  `query?query=x{a&time=${T}`,
  `query?query=x{a=&time=${T}`,
  `query?query=x{a=b}&time=${T}`,
  `query?query=x[5&time=${T}`,
  `query?query=x[]&time=${T}`,
  `query?query=x[5m&time=${T}`,
  `query?query=x)&time=${T}`,
  `query?query=1+-+&time=${T}`,
  `query?query="abc&time=${T}`,
  `query?query=x+@+y&time=${T}`,
  `query?query=x+offset+y&time=${T}`,
  `query?query=sum+by+x&time=${T}`,
  `query?query=x+and+1&time=${T}`,
  `query?query=1+==+2&time=${T}`,
  `query?query=abs(1)&time=${T}`,
  `query?query=abs(x,y)&time=${T}`,
  `query?query=abs(x&time=${T}`,
  `query?query=rate(x[5m])[5m]&time=${T}`,
  `query?query=topk(x)&time=${T}`,
  `query?query=sum(1)&time=${T}`,
  `query?query=x+*+on(a)+group_left(a)+y&time=${T}`,
  `query?query=x+and+on(a)+group_left+y&time=${T}`,
  `query?query=x+==+bool&time=${T}`,
  `query?query=x$&time=${T}`,
  `query?query=1+-+on()+2&time=${T}`,
  `query?query=1+-+on(a)+2&time=${T}`,
  `query?query=1+-+fill(0)+2&time=${T}`,
  `query?query=x+sum&time=${T}`,
  `query?query=x+bool+y&time=${T}`,
  `query?query=x+-+bool+y&time=${T}`,
  `query?query=x{a="b"}}&time=${T}`,
  `query?query=x]&time=${T}`,
  `query?query=(x,y)&time=${T}`,
  `format_query`,
  `parse_query?query=sum(rate(requests_total[5m]))by(job)`,
  `parse_query?query=requests_total{job!="a",code=~"2.."}+offset+5m+@+1.5`,
  `parse_query?query=-1+-+time()+>bool+2`,
  `parse_query?query=a+*+on(job)+group_left(x)+b`,
  `parse_query?query=max_over_time(x[5m:1m])`,
  `parse_query?query="x"`,
  `parse_query?query=topk(3,x)`,
  `parse_query?query=(`,
  `query_exemplars?query=requests_total&start=${T}&end=${T + 60}`,
  `query_exemplars?query=(&start=${T}&end=${T + 60}`,
  `query_exemplars?query=requests_total&start=${T + 60}&end=${T}`,
  `query_exemplars?query=requests_total&start=x`,
  `metadata`,
  `metadata?limit=x`,
  `metadata?limit_per_metric=x`,
  `metadata?metric=nothing`,
  `targets`,
  `targets?state=active`,
  `targets/metadata`,
  `targets/metadata?limit=x`,
  `targets/metadata?match_target={`,
  `rules`,
  `rules?type=alert`,
  `rules?type=x`,
  `rules?exclude_alerts=x`,
  `rules?match[]={`,
  `rules?group_limit=x`,
  `rules?group_next_token=x`,
  `alerts`,
  `alertmanagers`,
  `scrape_pools`,
  `status/walreplay`,
  `status/tsdb?limit=x`,
  `status/tsdb?limit=-1`,
  `nonsense`,
  `label/job`,
];

/** What is about the servers themselves, and differs. */
const DIFFERENT = /^(targets\?|status\/walreplay)/;
/** What there was not before 3.0. */
const NEW = /stats|limit|lookback|parse_query|scrape_pools|exclude|group_|match|"name|"b\.c"|a%20b|U__|time=5s|fill/;

describe.skipIf(version === null)(`beside Prometheus ${version?.join('.') ?? '(there is no prometheus on the path)'}`, () => {
  let both: Both;
  beforeAll(async () => {
    both = await startBoth();
    await both.load(SERIES);
  }, 120_000);
  afterAll(() => both?.stop());

  test.each(['GET', 'POST'])('%s', async (method) => {
    const differences: string[] = [];
    for (const request of REQUESTS.filter((path) => !DIFFERENT.test(path) && !(isOld && NEW.test(path)))) {
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

/** How long it took, and what it had in memory at once. */
function withoutOwn(this: unknown, key: string, value: unknown): unknown {
  if (key === 'timings') return Object.keys(value as object);
  return key === 'peakSamples' ? typeof value : value;
}

const SERIES: SeriesToSend[] = [
  ...['200', '404'].map((code, i) => ({
    labels: { __name__: 'requests_total', job: 'api', code },
    samples: [0, 15, 30, 45, 60].map((second) => ({ timeMs: (T + second) * 1000, value: (second / 15) * (i + 1) })),
  })),
  { labels: { __name__: 'temp', job: 'room', 'label name': 'ü' }, samples: [{ timeMs: (T + 30) * 1000, value: 21.5 }] },
  { labels: { __name__: 'name.with.dots', 'label name': 'ü' }, samples: [{ timeMs: (T + 30) * 1000, value: 1 }] },
];
