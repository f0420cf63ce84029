import { formatDuration } from '@tidemark/base';
import type { Rule, RuleDraft } from '@tidemark/rpc';
import { parseDuration } from '../../form/duration.ts';
import { type Pair, pairProblems, pairsOf, recordOf } from '../../form/pairs.ts';

/** A rule while it is edited: text as it is typed, so that half-typed durations and labels have a place. */
export interface RuleForm {
  readonly name: string;
  readonly expr: string;
  readonly for: string;
  readonly keepFiringFor: string;
  readonly labels: readonly Pair[];
  readonly annotations: readonly Pair[];
  readonly enabled: boolean;
}

/** What is wrong with each field; `labels` and `annotations` by row. No keys: it can be saved. */
export interface RuleFormProblems {
  readonly name?: string;
  readonly expr?: string;
  readonly for?: string;
  readonly keepFiringFor?: string;
  readonly labels?: readonly (string | null)[];
  readonly annotations?: readonly (string | null)[];
}

/** Set by the evaluation itself. */
const RESERVED_LABELS = ['alertname', '__name__'];

export const emptyRuleForm: RuleForm = {
  name: '',
  expr: '',
  for: '',
  keepFiringFor: '',
  labels: [{ name: 'severity', value: 'warning' }],
  annotations: [{ name: 'summary', value: '' }],
  enabled: true,
};

export function formOf(rule: Rule): RuleForm {
  return {
    name: rule.name,
    expr: rule.expr,
    for: rule.forMs === 0 ? '' : formatDuration(rule.forMs),
    keepFiringFor: rule.keepFiringForMs === 0 ? '' : formatDuration(rule.keepFiringForMs),
    labels: pairsOf(rule.labels),
    annotations: pairsOf(rule.annotations),
    enabled: rule.enabled,
  };
}

/** A new rule from a link: `/rules/new?expr=…&name=…`, as Explore makes it. */
export function formFromUrl(params: URLSearchParams): RuleForm {
  return { ...emptyRuleForm, expr: params.get('expr') ?? '', name: params.get('name') ?? '' };
}

export function problemsOf(form: RuleForm): RuleFormProblems {
  const labels = pairProblems(form.labels, RESERVED_LABELS);
  const annotations = pairProblems(form.annotations);
  return {
    ...(form.name.trim() === '' && { name: 'A rule needs a name.' }),
    ...(form.name.trim().length > 200 && { name: 'At most 200 characters.' }),
    ...(form.expr.trim() === '' && { expr: 'A rule needs an expression.' }),
    ...(parseDuration(form.for) === null && { for: DURATION_HINT }),
    ...(parseDuration(form.keepFiringFor) === null && { keepFiringFor: DURATION_HINT }),
    ...(labels.some(Boolean) && { labels }),
    ...(annotations.some(Boolean) && { annotations }),
  };
}

const DURATION_HINT = 'A duration like 30s, 5m or 1h30m.';

/** `base` gives identity and version: of the rule that was loaded, or nothing for a new one. */
export function draftOf(form: RuleForm, base: { readonly id: string; readonly version: number } = { id: '', version: 0 }): RuleDraft {
  const annotations = form.annotations.filter((pair) => pair.value.trim() !== '');
  return {
    id: base.id,
    name: form.name.trim(),
    expr: form.expr.trim(),
    forMs: parseDuration(form.for) ?? 0,
    keepFiringForMs: parseDuration(form.keepFiringFor) ?? 0,
    labels: recordOf(form.labels),
    annotations: recordOf(annotations),
    enabled: form.enabled,
    version: base.version,
  };
}

/** The same rule once saved; spaces at the ends and blank rows do not count. */
export function sameRule(a: RuleForm, b: RuleForm): boolean {
  return (
    JSON.stringify(draftOf(a)) === JSON.stringify(draftOf(b)) &&
    a.for.trim() === b.for.trim() &&
    a.keepFiringFor.trim() === b.keepFiringFor.trim()
  );
}
