import { nearestNames } from '@tidemark/base';
import type { Completion, MetricRow } from '@tidemark/rpc';
import type { Selector } from '../../editor/expression.ts';

/** Why a query gives nothing, as far as names can tell; each with what is there instead. */
export type EmptyReason =
  | { readonly kind: 'unknown_metric'; readonly metric: string; readonly near: readonly string[] }
  | { readonly kind: 'unknown_label'; readonly metric: string; readonly label: string; readonly known: readonly string[] }
  | {
      readonly kind: 'unknown_value';
      readonly metric: string;
      readonly label: string;
      readonly value: string;
      readonly known: readonly string[];
    };

/** What the server knows. */
export interface NameLookup {
  complete(request: Completion): Promise<readonly MetricRow[]>;
  metrics(search: string): Promise<readonly MetricRow[]>;
}

/** As many as fit a line. */
const KNOWN_MAX = 8;

export async function whyEmpty(selectors: readonly Selector[], lookup: NameLookup): Promise<readonly EmptyReason[]> {
  const reasons = await Promise.all(selectors.map((selector) => whySelector(selector, lookup)));
  // The same selector may stand in an expression twice.
  return [...new Map(reasons.filter((reason) => reason !== null).map((reason) => [JSON.stringify(reason), reason])).values()];
}

/** The first thing that is wrong with one selector: what follows from it is not worth a line of its own. */
async function whySelector({ metric, equal }: Selector, lookup: NameLookup): Promise<EmptyReason | null> {
  if (metric !== '' && !(await exists(lookup, { kind: 'metric', prefix: metric }))) {
    return { kind: 'unknown_metric', metric, near: await near(metric, lookup) };
  }
  const of = metric === '' ? {} : { metric };
  for (const { label, value } of equal) {
    if (!(await exists(lookup, { kind: 'label_name', prefix: label, ...of }))) {
      return { kind: 'unknown_label', metric, label, known: await names(lookup, { kind: 'label_name', prefix: '', ...of }) };
    }
    if (!(await exists(lookup, { kind: 'label_value', prefix: value, label, ...of }))) {
      const known = await names(lookup, { kind: 'label_value', prefix: '', label, ...of });
      return { kind: 'unknown_value', metric, label, value, known: nearFirst(value, known) };
    }
  }
  return null;
}

async function exists(lookup: NameLookup, request: Completion): Promise<boolean> {
  return (await lookup.complete(request)).some((row) => row.name === request.prefix);
}

async function names(lookup: NameLookup, request: Completion): Promise<readonly string[]> {
  return (await lookup.complete(request)).map((row) => row.name).slice(0, KNOWN_MAX);
}

/** Names that share a part with the one that is not known are the candidates. */
async function near(metric: string, lookup: NameLookup): Promise<readonly string[]> {
  const parts = metric
    .split(/[_:]/)
    .filter((part) => part.length >= 2)
    .sort((a, b) => b.length - a.length)
    .slice(0, 3);
  const found = await Promise.all([...new Set([metric, ...parts])].map((part) => lookup.metrics(part)));
  return nearestNames(metric, [...new Set(found.flat().map((row) => row.name))]);
}

function nearFirst(value: string, known: readonly string[]): readonly string[] {
  const nearest = nearestNames(value, known);
  return [...nearest, ...known.filter((name) => !nearest.includes(name))];
}

/** The expression with a metric's name replaced wherever it stands as a name. */
export function withName(expr: string, was: string, is: string): string {
  return expr.replaceAll(new RegExp(`(?<![\\w:])${was}(?![\\w:])`, 'g'), is);
}
