import { createHash } from 'node:crypto';
import { type Matcher, matchesAll } from '@tidemark/tsdb/model';
import type { RuleData, RuleGroupData, RulesData } from '../rules/prometheus-json.ts';
import { badParameter } from './api-error.ts';
import { answer, type Endpoint } from './endpoint.ts';
import type { Parameters } from './parameters.ts';
import { selectorsOf } from './series-endpoints.ts';

/** `/api/v1/rules`: groups with those of their rules that are asked for; in pages, if the client wants. */
export function rulesEndpoint(rules: (tenant: string) => Promise<RulesData>): Endpoint {
  return async ({ tenant, parameters }) => {
    const filter = filterOf(parameters);
    const page = pageOf(parameters);
    const { groups } = await rules(tenant);
    const from = page.token === '' ? 0 : groups.findIndex((group) => tokenOf(group) === page.token);
    if (from < 0) {
      throw badParameter('group_next_token', `invalid group_next_token '${page.token}'. were rule groups changed?`);
    }
    const shown = groups.slice(from).flatMap((group) => filtered(group, filter));
    if (shown.length <= page.limit) return answer({ groups: shown });
    return answer({ groups: shown.slice(0, page.limit), groupNextToken: tokenOf(shown[page.limit]) });
  };
}

interface Filter {
  readonly type: RuleData['type'] | null;
  /** None given: all. */
  readonly names: readonly string[];
  readonly groups: readonly string[];
  readonly files: readonly string[];
  /** Of a rule's own labels. */
  readonly selectors: readonly (readonly Matcher[])[];
  readonly excludesAlerts: boolean;
}

function filtered(group: RuleGroupData, { names, groups, files, type, selectors, excludesAlerts }: Filter): RuleGroupData[] {
  const isWanted = (wanted: readonly string[], name: string) => wanted.length === 0 || wanted.includes(name);
  if (!isWanted(groups, group.name) || !isWanted(files, group.file)) return [];
  const rules = group.rules.filter(
    (rule) =>
      (type === null || rule.type === type) &&
      isWanted(names, rule.name) &&
      (selectors.length === 0 || selectors.some((matchers) => matchesAll(matchers, (name) => rule.labels[name] ?? ''))),
  );
  if (rules.length === 0) return [];
  return [{ ...group, rules: excludesAlerts ? rules.map(withoutAlerts) : rules }];
}

/** As Prometheus leaves them out. */
function withoutAlerts(rule: RuleData): RuleData {
  return rule.type === 'alerting' ? { ...rule, alerts: null } : rule;
}

const TYPES: Readonly<Record<string, Filter['type']>> = { '': null, alert: 'alerting', record: 'recording' };
const BOOLEANS: Readonly<Record<string, boolean>> = { '': false, 1: true, t: true, true: true, 0: false, f: false, false: false };

function filterOf(parameters: Parameters): Filter {
  const type = parameters.text('type').toLowerCase();
  if (!Object.hasOwn(TYPES, type)) throw badParameter('type', `not supported value ${JSON.stringify(type)}`);
  const excluded = parameters.text('exclude_alerts').toLowerCase();
  if (!Object.hasOwn(BOOLEANS, excluded)) {
    throw badParameter(
      'exclude_alerts',
      `error converting exclude_alerts: strconv.ParseBool: parsing ${JSON.stringify(excluded)}: invalid syntax`,
    );
  }
  return {
    type: TYPES[type],
    names: parameters.all('rule_name[]'),
    groups: parameters.all('rule_group[]'),
    files: parameters.all('file[]'),
    selectors: selectorsOf({ parameters }),
    excludesAlerts: BOOLEANS[excluded],
  };
}

function pageOf(parameters: Parameters): { readonly limit: number; readonly token: string } {
  const token = parameters.text('group_next_token');
  const text = parameters.text('group_limit');
  if (text === '') {
    if (token === '') return { limit: Number.POSITIVE_INFINITY, token };
    throw badParameter('group_next_token', 'group_limit needs to be present in order to paginate over the groups');
  }
  const limit = Number(text);
  if (!/^[+-]?\d{1,10}$/.test(text)) {
    throw badParameter(
      'group_limit',
      `group_limit needs to be a valid number: strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  }
  if (limit <= 0) throw badParameter('group_limit', 'group_limit needs to be greater than 0');
  return { limit, token };
}

function tokenOf({ file, name }: RuleGroupData): string {
  return createHash('sha256').update(`${file};${name}`).digest('hex');
}
