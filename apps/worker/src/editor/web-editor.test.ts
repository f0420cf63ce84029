import { withEdits } from '@tidemark/base';
import type { Finding, HoverDoc, SuggestionList } from '@tidemark/rpc';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorker, type TestWorker } from '../testing/start-worker.ts';

/** The editor's questions, as the web asks them, over a few series. */
let worker: TestWorker;

beforeAll(async () => {
  worker = await startWorker({});
  await worker.settle();
  for (let second = 0; second < 5; second++) {
    const at = { atMs: worker.clock.now(), value: second };
    await worker.feed.send(
      [
        { labels: { __name__: 'node_cpu_seconds_total', mode: 'idle', instance: 'a' }, ...at },
        { labels: { __name__: 'node_cpu_seconds_total', mode: 'user', instance: 'a' }, ...at },
        { labels: { __name__: 'node_cpu_seconds_total', mode: 'user', instance: 'b' }, ...at },
        { labels: { __name__: 'node_load1', instance: 'a' }, ...at },
        { labels: { __name__: 'rate_limit', instance: 'a' }, ...at },
        { labels: { __name__: 'disk.used', 'mount.point': '/a"b', path: 'C:\\x+' }, ...at },
      ],
      'default',
      [
        { family: 'node_cpu_seconds', type: 'counter', help: 'Seconds in each mode.', unit: 'seconds' },
        { family: 'node_load1', type: 'gauge', help: 'Load.', unit: '' },
      ],
    );
    worker.clock.advance(1_000);
  }
  await worker.settle();
});

afterAll(() => worker.stop());

async function ask<T>(procedure: string, input: unknown): Promise<T> {
  const response = await fetch(`${worker.url}/trpc/editor.${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`);
  const { result, error } = (await response.json()) as { result: { data: T }; error?: unknown };
  expect(error).toBeUndefined();
  return result.data;
}

/** `|` is the cursor. */
function suggest(written: string, recent: readonly string[] = []): Promise<SuggestionList> {
  return ask('suggest', { expr: written.replace('|', ''), at: written.indexOf('|'), recent });
}

/** The text with the first row taken, and the cursor in it. */
async function taken(written: string, pick = 0): Promise<string> {
  const { from, to, rows } = await suggest(written);
  const expr = written.replace('|', '');
  const { before, after } = rows[pick];
  return `${expr.slice(0, from)}${before}|${after}${expr.slice(to)}`;
}

test.each([
  ['sum(rat|', 'sum(rate(|)'],
  ['rat|(x[5m])', 'rate|(x[5m])'],
  ['tim|', 'time()|'],
  ['cpu|', 'node_cpu_seconds_total|'],
  ['disk|', '{"disk.used"}|'],
  ['node_load1 > b|', 'node_load1 > bool |'],
  ['sum w|', 'sum without (|)'],
  ['node_load1 off|', 'node_load1 offset |'],
  ['node_cpu_seconds_total{mo|}', 'node_cpu_seconds_total{mode="|"}'],
  ['node_cpu_seconds_total{mo|="a"}', 'node_cpu_seconds_total{mode|="a"}'],
  ['node_cpu_seconds_total{mode=|}', 'node_cpu_seconds_total{mode="idle"|}'],
  ['node_cpu_seconds_total{mode="us|"}', 'node_cpu_seconds_total{mode="user|"}'],
  ["node_cpu_seconds_total{mode='us|", "node_cpu_seconds_total{mode='user'|"],
  ['{"disk.used", mount|}', '{"disk.used", "mount.point"="|"}'],
  ['{"disk.used", "mount|"}', '{"disk.used", "mount.point"="|"}'],
  ['{"disk|"}', '{"disk.used"|}'],
  ['{"disk.used", "mount.point"="|"}', '{"disk.used", "mount.point"="/a\\"b|"}'],
  ['{"disk.used", path=~"|"}', '{"disk.used", path=~"C:\\\\\\\\x\\\\+|"}'],
  ['sum by (|) (node_load1)', 'sum by (instance|) (node_load1)'],
  ['sum by (|) ({"disk.used"})', 'sum by ("mount.point"|) ({"disk.used"})'],
  ['rate(node_load1[|])', 'rate(node_load1[5m|])'],
  ['rate(node_load1[7|])', 'rate(node_load1[7m|])'],
  ['label_replace(node_load1, "x", "$1", "inst|", "(.*)")', 'label_replace(node_load1, "x", "$1", "instance|", "(.*)")'],
])('%s becomes %s', async (written, wanted) => {
  expect(await taken(written)).toBe(wanted);
});

test('of a regular expression the alternative at the cursor is completed', async () => {
  const expr = 'node_cpu_seconds_total{mode=~"idle|us"}';
  const { from, to, typed, rows } = await ask<SuggestionList>('suggest', { expr, at: expr.length - 2 });
  expect(typed).toBe('us');
  expect(`${expr.slice(0, from)}${rows[0].before}${expr.slice(to)}`).toBe('node_cpu_seconds_total{mode=~"idle|user"}');
});

test('labels and values are those of the selector', async () => {
  const names = async (written: string) => (await suggest(written)).rows.map(({ text }) => text);
  expect(await names('node_cpu_seconds_total{|}')).toEqual(['instance', 'mode']);
  expect(await names('node_cpu_seconds_total{mode="idle", |}')).toEqual(['instance']);
  expect(await names('node_cpu_seconds_total{mode="idle", instance="|"}')).toEqual(['a']);
  expect(await names('sum by (mode, |) (node_cpu_seconds_total)')).toEqual(['instance']);
  expect(await names('up # com|')).toEqual([]);
});

test('metrics carry their type and help, functions what they do', async () => {
  const { rows } = await suggest('cpu|');
  expect(rows).toMatchObject([
    { text: 'node_cpu_seconds_total', kind: 'metric', detail: 'counter, seconds', about: 'Seconds in each mode.' },
  ]);
  const [rate, , limit] = (await suggest('rat|')).rows;
  expect(rate).toMatchObject({
    text: 'rate',
    kind: 'function',
    detail: '(range vector) → instant vector',
    about: expect.stringContaining('counter'),
  });
  expect(limit).toMatchObject({ kind: expect.any(String) });
});

test('what was taken lately comes first', async () => {
  const first = async (recent: readonly string[]) => (await suggest('ra|', recent)).rows[0].text;
  expect(await first([])).toBe('rad');
  expect(await first(['rate'])).toBe('rate');
  expect(await first(['rate_limit', 'rate'])).toBe('rate_limit');
  expect((await suggest('|', ['node_load1'])).rows[0].text).toBe('node_load1');
});

test('never more than a hundred rows', async () => {
  expect((await suggest('|')).rows).toHaveLength(100);
});

function hover(written: string): Promise<HoverDoc | null> {
  return ask('hover', { expr: written.replace('|', ''), at: written.indexOf('|') });
}

test('a word is explained with what is known of it', async () => {
  expect(await hover('sum(ra|te(node_cpu_seconds_total[5m]))')).toMatchObject({
    from: 4,
    to: 8,
    title: 'rate(range vector) → instant vector',
  });
  expect(await hover('node_cpu|_seconds_total{mode="user"}')).toEqual({
    from: 0,
    to: 22,
    title: 'node_cpu_seconds_total',
    about: ['Seconds in each mode.'],
    facts: [
      { name: 'Type', value: 'counter' },
      { name: 'Unit', value: 'seconds' },
      { name: 'Series', value: '3' },
      { name: 'Selected here', value: '2' },
      { name: 'A sample each', value: '1 second' },
    ],
  });
  expect(await hover('node_cpu_seconds_total{mo|de="user"}')).toMatchObject({
    title: 'mode',
    about: ['A label of node_cpu_seconds_total.'],
    facts: [
      { name: 'Values', value: '2' },
      { name: 'All', value: 'idle, user' },
    ],
  });
  expect(await hover('node_cpu_seconds_total{mode=~"us|.*"}')).toMatchObject({ facts: [{ value: '1' }, { value: 'user' }] });
  expect(await hover('node_cpu_seconds_total{mode="us|er"}')).toMatchObject({
    title: 'mode="user"',
    facts: [{ name: 'Series', value: '2' }],
  });
  expect(await hover('nothing_like_i|t')).toMatchObject({ facts: [{ value: 'unknown' }, { name: 'Series', value: '0' }] });
  expect(await hover('1 + | 1')).toBeNull();
});

function check(expr: string, isRule = false): Promise<readonly Finding[]> {
  return ask('check', { expr, isRule });
}

test('findings know what is there', async () => {
  const text = 'rate(node_cpu_second_total[1s])';
  const [unknown] = await check(text);
  expect(unknown).toMatchObject({ code: 'unknown-metric', from: 5, to: 26, message: expect.stringContaining('node_cpu_seconds_total') });
  expect(withEdits(text, unknown.fix!.edits)).toBe('rate(node_cpu_seconds_total[1s])');
  expect(await check('rate(node_cpu_seconds_total[1s])')).toMatchObject([
    { code: 'short-range', message: expect.stringContaining('each 1s') },
  ]);
  expect(await check('rate(node_load1{mod="a"}[5m])')).toMatchObject([{ code: 'rate-of-gauge' }, { code: 'unknown-label' }]);
  expect(await check('sum(rate(node_cpu_seconds_total[5m]))')).toEqual([]);
  expect(await check('node_cpu_seconds_total > 5')).toEqual([]);
  expect(await check('node_cpu_seconds_total > 5', true)).toMatchObject([{ code: 'counter-compared' }]);
});

test('a mistake stands alone, with its fix', async () => {
  const [mistake, ...others] = await check('rate(node_load1)');
  expect(others).toEqual([]);
  expect(mistake).toMatchObject({ code: 'syntax', severity: 'error', from: 5, to: 15 });
  expect(withEdits('rate(node_load1)', mistake.fix!.edits)).toBe('rate(node_load1[5m])');
});
