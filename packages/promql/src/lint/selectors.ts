import { nearestNames } from '@tidemark/base';
import type { OutlinedPiece } from '../editor/outline.ts';
import { textOf } from '../editor/pieces.ts';
import { type Aggregation, type Expr, type VectorSelector, walk } from '../syntax/ast.ts';
import { metricNameOf } from '../syntax/check.ts';
import type { Span } from '../syntax/token.ts';
import { type Around, type Check, replace } from './check.ts';
import { selectorsIn } from './facts.ts';
import type { Finding } from './finding.ts';

/** What selectors name and match. */

export const unknownMetric: Check = (node, around) => {
  if (node.kind !== 'vector') return null;
  const metric = metricNameOf(node);
  const facts = around.facts.get(metric);
  if (metric === '' || facts === undefined || facts.exists) return null;
  // Alerts on what is not there name it on purpose.
  if (around.parents.some((parent) => parent.kind === 'call' && parent.name.startsWith('absent'))) return null;
  const at = nameSpan(node, metric, around);
  const [nearest] = facts.near;
  const near = facts.near.length > 0 ? ` Did you mean ${facts.near.join(', ')}?` : '';
  return {
    ...at,
    code: 'unknown-metric',
    severity: 'warning',
    message: `No series of ${metric} was there in the last hour.${near}`,
    fix: nearest === undefined || at.isQuoted ? undefined : { title: `Use ${nearest}`, edits: [replace(at, nearest)] },
  };
};

function nameSpan(node: VectorSelector, metric: string, around: Around): Span & { readonly isQuoted: boolean } {
  const pieces = around.pieces(node.span);
  const named = pieces.find(({ role, text }) => role === 'metric' && text === metric);
  if (named !== undefined) return { from: named.from, to: named.to, isQuoted: false };
  const quoted = pieces.find((piece) => piece.kind === 'string' && textOf(piece) === metric);
  return { from: quoted?.from ?? node.span.from, to: quoted?.to ?? node.span.to, isQuoted: true };
}

export const unknownLabel: Check = (node, around) => {
  if (node.kind === 'aggregation') return unknownGrouping(node, around);
  if (node.kind !== 'vector') return null;
  const known = labelsOf(node, around);
  if (known === null) return null;
  return matchersIn(node, around).flatMap(({ label, name, matchesEmpty }) =>
    matchesEmpty || known.has(name) ? [] : [unknown(label, name, metricNameOf(node), known)],
  );
};

/** Of one selector with a name; where labels are made by functions, nothing can be said. */
function unknownGrouping(node: Aggregation, around: Around): readonly Finding[] {
  const [selector, ...others] = selectorsIn(node.body);
  const known = selector === undefined ? null : labelsOf(selector, around);
  if (known === null || others.length > 0 || makesLabels(node.body) || node.grouping.labels.length === 0) return [];
  const inside = [node.body.span, ...(node.parameter === null ? [] : [node.parameter.span])];
  const labels = around.pieces(node.span, inside).filter(({ role }) => role === 'label');
  return labels.flatMap((label) => {
    const name = label.kind === 'string' ? textOf(label) : label.text;
    return known.has(name) ? [] : [unknown(label, name, metricNameOf(selector), known)];
  });
}

function labelsOf(node: VectorSelector, { facts }: Around): ReadonlySet<string> | null {
  const known = facts.get(metricNameOf(node));
  return known?.exists === true && known.labels.size > 0 ? known.labels : null;
}

function unknown(label: OutlinedPiece, name: string, metric: string, known: ReadonlySet<string>): Finding {
  const names = [...known].filter((each) => each !== '__name__');
  const [nearest] = nearestNames(name, names, 1);
  const list = names.slice(0, LISTED_MAX).join(', ');
  return {
    from: label.from,
    to: label.to,
    code: 'unknown-label',
    severity: 'warning',
    message:
      names.length === 0
        ? `${metric} has no labels.`
        : `No series of ${metric} has the label ${name}. It has ${list}${names.length > LISTED_MAX ? ', …' : ''}.`,
    fix: nearest === undefined || !/^\w+$/.test(nearest) ? undefined : { title: `Use ${nearest}`, edits: [replace(label, nearest)] },
  };
}

const LISTED_MAX = 8;

function makesLabels(expr: Expr): boolean {
  let makes = false;
  walk(expr, (node) => {
    if (node.kind === 'call' && ['label_replace', 'label_join', 'info', 'histogram_quantiles'].includes(node.name)) makes = true;
    if (node.kind === 'aggregation' && node.operator === 'count_values') makes = true;
    if (node.kind === 'binary' && (node.matching?.include.length ?? 0) > 0) makes = true;
  });
  return makes;
}

const SPECIAL = /[\\.+*?()|[\]{}^$]/;

export const plainRegex: Check = (node, around) => {
  if (node.kind !== 'vector') return null;
  return matchersIn(node, around).flatMap(({ operator, value, text }): Finding[] => {
    if (!operator.text.endsWith('~') || SPECIAL.test(text)) return [];
    const instead = operator.text === '=~' ? '=' : '!=';
    return [
      {
        from: operator.from,
        to: value.to,
        code: 'plain-regex',
        severity: 'info',
        message: `A regular expression without anything special in it is compared as a text: ${instead} says the same.`,
        fix: { title: `Use ${instead}`, edits: [replace(operator, instead)] },
      },
    ];
  });
};

const EVERYTHING = /^\^?(\(\?s\))?(\.\*|\(\.\*\))\$?$/;

export const idleRegex: Check = (node, around) => {
  if (node.kind !== 'vector') return null;
  const matchers = matchersIn(node, around);
  return matchers.flatMap((matcher, i): Finding[] => {
    const { label, operator, value, text, name } = matcher;
    if (!operator.text.endsWith('~') || !EVERYTHING.test(text)) return [];
    const at = { from: label.from, to: value.to, code: 'idle-regex' } as const;
    if (operator.text === '!~') {
      return [{ ...at, severity: 'warning', message: `Every value matches this expression, so no series is left.` }];
    }
    // Between the neighbours: one comma goes with it.
    const gone = i > 0 ? { from: matchers[i - 1].value.to, to: value.to } : { from: label.from, to: matchers[1]?.label.from ?? value.to };
    return [
      {
        ...at,
        severity: 'info',
        message: `Every value matches this, and no value does too: it can go. For series that have ${name} use .+ instead.`,
        fix: { title: 'Remove it', edits: [replace(gone, '')] },
      },
    ];
  });
};

interface WrittenMatcher {
  readonly label: OutlinedPiece;
  readonly operator: OutlinedPiece;
  readonly value: OutlinedPiece;
  readonly name: string;
  readonly text: string;
  readonly matchesEmpty: boolean;
}

/** The matchers as they are written, in their order. */
function matchersIn(node: VectorSelector, around: Around): WrittenMatcher[] {
  const pieces = around.pieces(node.span);
  return pieces.flatMap((operator, i) => {
    const [label, value] = [pieces[i - 1], pieces[i + 1]];
    if (operator.role !== 'operator' || operator.frame.kind !== 'braces' || value?.kind !== 'string') return [];
    const name = label.kind === 'string' ? textOf(label) : label.text;
    const text = textOf(value);
    const matcher = node.matchers.find((each) => each.name === name && each.operator === operator.text && each.value === text);
    return [{ label, operator, value, name, text, matchesEmpty: matcher?.matchesEmpty ?? false }];
  });
}
