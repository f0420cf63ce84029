import { type Labels, METRIC_NAME } from '@tidemark/tsdb/model';
import { RE2JS } from 're2js';
import type { Call } from '../../syntax/ast.ts';
import { isLabelName } from '../../syntax/selector.ts';
import { quote } from '../../syntax/strings.ts';
import { mergeSeries, type Series } from '../columns.ts';
import type { QueryContext } from '../context.ts';
import { QueryError } from '../query-error.ts';
import { mapInSlices } from '../slices.ts';
import type { FunctionBody, FunctionTable } from './registry.ts';
import { expandTemplate } from './template.ts';

/** Labels from labels. */

/** A name that is given here stays. */
async function relabel(
  series: readonly Series[],
  target: string,
  { budget }: QueryContext,
  patternLength: number,
  change: (labels: Labels) => Labels,
): Promise<Series[]> {
  const relabeled = (one: Series) => ({ ...one, labels: change(one.labels), dropsName: one.dropsName && target !== METRIC_NAME });
  return mergeSeries(await mapInSlices(series, RELABEL_SAMPLES + PATTERN_SAMPLES * patternLength, budget, relabeled), budget);
}

/** What new labels cost, and what each character of a regular expression does: ten microseconds, and one. */
const RELABEL_SAMPLES = 1_000;
const PATTERN_SAMPLES = 100;

/** A rule asks with the same pattern every second. */
const compiled = new WeakMap<Call, { readonly pattern: string; readonly regex: RE2JS }>();

function compile(call: Call, pattern: string): RE2JS {
  const known = compiled.get(call);
  if (known?.pattern === pattern) return known.regex;
  try {
    const regex = RE2JS.compile(`^(?s:${pattern})$`);
    compiled.set(call, { pattern, regex });
    return regex;
  } catch {
    throw new QueryError('execution', `invalid regular expression in label_replace(): ${pattern}`, call.args[4].span);
  }
}

const labelReplace: FunctionBody = async ({ args, expr, context }) => {
  const series = await args.vector(0);
  const target = await args.text(1);
  const template = await args.text(2);
  const source = await args.text(3);
  const pattern = await args.text(4);
  const regex = compile(expr, pattern);
  if (!isLabelName(target))
    throw new QueryError('execution', `invalid destination label name in label_replace(): ${target}`, args.expr(1).span);
  const changed = await relabel(series, target, context, pattern.length, (labels) => {
    const matcher = regex.matcher(labels.get(source));
    return matcher.find() ? labels.with(target, expandTemplate(template, matcher, regex)) : labels;
  });
  return { kind: 'vector', series: changed };
};

const labelJoin: FunctionBody = async ({ args, context }) => {
  const series = await args.vector(0);
  const target = await args.text(1);
  const separator = await args.text(2);
  const sources: string[] = [];
  for (let i = 3; i < args.count; i++) sources.push(await args.text(i));
  const wrong = sources.find((name) => !isLabelName(name));
  if (wrong !== undefined) throw new QueryError('execution', `invalid source label name in label_join(): ${quote(wrong)}`);
  if (!isLabelName(target))
    throw new QueryError('execution', `invalid destination label name in label_join(): ${target}`, args.expr(1).span);
  const joined = (labels: Labels) => labels.with(target, sources.map((name) => labels.get(name)).join(separator));
  const changed = await relabel(series, target, context, 0, joined);
  return { kind: 'vector', series: changed };
};

export const LABELS: FunctionTable = { label_join: labelJoin, label_replace: labelReplace };
