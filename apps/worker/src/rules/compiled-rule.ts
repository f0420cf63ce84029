import type { Millis } from '@tidemark/base';
import type { Expr } from '@tidemark/promql/syntax';
import type { QueryProblem, RuleDraft } from '@tidemark/rpc';
import { type Observation, observationsOf } from '@tidemark/tsdb/alert';
import { Labels, METRIC_NAME } from '@tidemark/tsdb/model';
import { parseExpression } from '../query/language.ts';
import type { RuleEvaluator, RuleSample } from './evaluator.ts';
import { INSTANCES_PER_RULE } from './limits.ts';
import { compileTemplate, type Template } from './template/template.ts';

/** A rule made ready once: parsed, its templates compiled. What is wrong with a draft is told here, before it is saved. */
export interface CompiledRule {
  readonly expr: Expr;
  readonly name: string;
  readonly labels: readonly (readonly [name: string, value: Template])[];
  readonly annotations: readonly (readonly [name: string, value: Template])[];
}

export type CompileResult =
  | { readonly kind: 'compiled'; readonly rule: CompiledRule }
  | { readonly kind: 'problem'; readonly problem: QueryProblem };

export function compileRule(draft: Pick<RuleDraft, 'name' | 'expr' | 'labels' | 'annotations'>): CompileResult {
  const parsed = parseExpression(draft.expr);
  if (parsed.kind === 'problem') return parsed;
  for (const name of Object.keys(draft.labels)) {
    if (name === METRIC_NAME || name === ALERT_NAME || !/^[A-Za-z_]\w*$/.test(name))
      return refused(`"${name}" cannot be a label of a rule`);
  }
  const labels = compileTemplates('label', draft.labels);
  if (labels.kind === 'problem') return labels;
  const annotations = compileTemplates('annotation', draft.annotations);
  if (annotations.kind === 'problem') return annotations;
  return { kind: 'compiled', rule: { name: draft.name, expr: parsed.expr, labels: labels.templates, annotations: annotations.templates } };
}

export type RuleOutcome =
  | { readonly kind: 'observed'; readonly byFingerprint: ReadonlyMap<string, Observation>; readonly sampleAtMs: Millis }
  | { readonly kind: 'problem'; readonly problem: QueryProblem };

/** What the rule sees at `atMs`. The same code for the ticks and for the preview. */
export async function observe(rule: CompiledRule, tenant: string, atMs: Millis, evaluator: RuleEvaluator): Promise<RuleOutcome> {
  const evaluated = await evaluator(tenant, rule.expr, atMs);
  if (evaluated.kind === 'problem') return evaluated;
  const { samples, sampleAtMs } = evaluated;
  if (samples.length > INSTANCES_PER_RULE) {
    return refused(`the expression gives ${samples.length} results: a rule has at most ${INSTANCES_PER_RULE}; aggregate them`);
  }
  const observations = observationsOf(samples.map((sample) => observationOf(rule, sample)));
  if (observations.kind === 'duplicate') {
    return refused(`two results have the same labels ${observations.labels}: the rule's labels hide what tells them apart`);
  }
  return { kind: 'observed', byFingerprint: observations.byFingerprint, sampleAtMs };
}

const ALERT_NAME = 'alertname';

/** The result's labels without the metric's name, under the rule's own, under the rule's name. */
function observationOf(rule: CompiledRule, { labels, value }: RuleSample): Observation {
  const data = { labels, value };
  const merged = new Map(labels);
  merged.delete(METRIC_NAME);
  for (const [name, template] of rule.labels) merged.set(name, template.render(data));
  merged.set(ALERT_NAME, rule.name);
  const annotations = Object.fromEntries(rule.annotations.map(([name, template]) => [name, template.render(data)]));
  return { labels: Labels.from(merged), annotations, value };
}

type Templates =
  | { readonly kind: 'templates'; readonly templates: readonly (readonly [string, Template])[] }
  | { readonly kind: 'problem'; readonly problem: QueryProblem };

function compileTemplates(what: string, sources: Readonly<Record<string, string>>): Templates {
  const templates: (readonly [string, Template])[] = [];
  for (const [name, source] of Object.entries(sources)) {
    const compiled = compileTemplate(source);
    if (compiled.kind === 'problem') return refused(`${what} "${name}": ${compiled.message}`);
    templates.push([name, compiled.template]);
  }
  return { kind: 'templates', templates };
}

function refused(message: string): { readonly kind: 'problem'; readonly problem: QueryProblem } {
  return { kind: 'problem', problem: { kind: 'execution', message } };
}
