import { expect, test } from 'vitest';
import type { RuleData, RuleGroupData } from '../rules/prometheus-json.ts';
import { Parameters } from './parameters.ts';
import { rulesEndpoint } from './rules-endpoint.ts';

const COMMON = { query: '1', health: 'ok', evaluationTime: 0, lastEvaluation: '' } as const;
const alerting = (name: string, labels: Record<string, string> = {}): RuleData => ({
  ...COMMON,
  type: 'alerting',
  name,
  labels,
  duration: 0,
  keepFiringFor: 0,
  annotations: {},
  state: 'firing',
  alerts: [{}],
});
const recording = (name: string): RuleData => ({ ...COMMON, type: 'recording', name, labels: { team: 'a' } });
const group = (name: string, file: string, rules: RuleData[]): RuleGroupData => ({
  name,
  file,
  rules,
  interval: 1,
  limit: 0,
  evaluationTime: 0,
  lastEvaluation: '',
});

const GROUPS = [
  group('one', 'a.yml', [alerting('Up', { team: 'a' }), recording('x:y')]),
  group('two', 'a.yml', [alerting('Down', { team: 'b', severity: 'page' })]),
  group('two', 'b.yml', [recording('x:z'), alerting('Up')]),
];

const endpoint = rulesEndpoint(async () => ({ groups: GROUPS }));

async function ask(query: string) {
  const parameters = new Parameters(new URLSearchParams(query));
  const answered = await endpoint({ tenant: 'default', parameters, path: {}, origin: undefined, signal: new AbortController().signal });
  return JSON.parse([...(answered?.data ?? [])].join('')) as { groups: RuleGroupData[]; groupNextToken?: string };
}

const shown = ({ groups }: { readonly groups: readonly RuleGroupData[] }) =>
  groups.map(({ name, file, rules }) => `${name} ${file}: ${rules.map((rule) => rule.name).join(' ')}`);

test.each<[string, string[]]>([
  ['', ['one a.yml: Up x:y', 'two a.yml: Down', 'two b.yml: x:z Up']],
  ['type=alert', ['one a.yml: Up', 'two a.yml: Down', 'two b.yml: Up']],
  ['type=RECORD', ['one a.yml: x:y', 'two b.yml: x:z']],
  ['rule_name[]=Up&rule_name[]=x:z', ['one a.yml: Up', 'two b.yml: x:z Up']],
  ['rule_group[]=two&file[]=b.yml', ['two b.yml: x:z Up']],
  ['match[]={team="a"}', ['one a.yml: Up x:y', 'two b.yml: x:z']],
  ['match[]={team="a"}&match[]={severity=~"p.*"}&type=alert', ['one a.yml: Up', 'two a.yml: Down']],
  ['rule_group[]=three', []],
])('rules?%s', async (query, expected) => {
  expect(shown(await ask(query))).toEqual(expected);
});

test('without alerts, if the client wants', async () => {
  const alertsOf = async (query: string) =>
    (await ask(query)).groups.flatMap(({ rules }) => rules.flatMap((rule) => ('alerts' in rule ? [rule.alerts] : [])));
  expect(await alertsOf('exclude_alerts=true')).toEqual([null, null, null]);
  expect(await alertsOf('exclude_alerts=0')).toEqual([[{}], [{}], [{}]]);
});

test('page by page, with a filter as well', async () => {
  const first = await ask('group_limit=2');
  expect(shown(first)).toEqual(['one a.yml: Up x:y', 'two a.yml: Down']);
  const second = await ask(`group_limit=2&group_next_token=${first.groupNextToken}`);
  expect(shown(second)).toEqual(['two b.yml: x:z Up']);
  expect(second.groupNextToken).toBeUndefined();
  const filtered = await ask('group_limit=1&type=record');
  expect(shown(filtered)).toEqual(['one a.yml: x:y']);
  expect(shown(await ask(`group_limit=1&type=record&group_next_token=${filtered.groupNextToken}`))).toEqual(['two b.yml: x:z']);
});

test.each<[string, RegExp]>([
  ['type=x', /^invalid parameter "type": not supported value "x"$/],
  ['exclude_alerts=maybe', /^invalid parameter "exclude_alerts": error converting exclude_alerts/],
  ['group_limit=0', /group_limit needs to be greater than 0/],
  ['group_limit=x', /group_limit needs to be a valid number/],
  ['group_next_token=x', /group_limit needs to be present/],
  ['group_limit=1&group_next_token=x', /invalid group_next_token 'x'. were rule groups changed\?/],
  ['match[]={', /inside braces/],
])('rules?%s is refused', async (query, reason) => {
  await expect(ask(query)).rejects.toThrow(reason);
});
