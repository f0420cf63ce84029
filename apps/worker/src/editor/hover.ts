import { type HoverTarget, hoverAt, type PartialSelector, spelledOut } from '@tidemark/promql/editor';
import { format, type VectorSelector } from '@tidemark/promql/syntax';
import type { HoverDoc, HoverRequest } from '@tidemark/rpc';
import { Matcher, METRIC_NAME } from '@tidemark/tsdb/model';
import { HOVER_DEADLINE_MS, HOVER_MATCHED_MAX, HOVER_VALUES_MAX } from '../limits.ts';
import type { KnownNames } from '../names/known-names.ts';
import type { QueryService } from '../query/query-service.ts';
import type { MetricIntervals } from './metric-intervals.ts';
import { distinct, matchersOf } from './suggest.ts';

/** What is known of the word at a place. */
export interface HoverSources {
  readonly queries: QueryService;
  readonly names: KnownNames;
  readonly intervals: MetricIntervals;
  readonly now: () => number;
}

type Fact = HoverDoc['facts'][number];

export async function hover(
  tenant: string,
  { expr, at }: HoverRequest,
  sources: HoverSources,
  signal?: AbortSignal,
): Promise<HoverDoc | null> {
  const target = hoverAt(expr, Math.min(at, expr.length));
  if (target === null) return null;
  const { from, to } = target;
  return { from, to, ...(await docOf(tenant, target, sources, signal)) };
}

async function docOf(
  tenant: string,
  target: HoverTarget,
  sources: HoverSources,
  signal?: AbortSignal,
): Promise<Omit<HoverDoc, 'from' | 'to'>> {
  const { names } = sources;
  switch (target.kind) {
    case 'language':
      return { ...target.doc, facts: [] };
    case 'metric': {
      const { metric } = target.selector;
      const [[known], intervalMs, all, selected] = await Promise.all([
        names.about(tenant, [metric]),
        sources.intervals.of(tenant, metric),
        countSeries(tenant, { metric, matchers: [] }, sources, signal),
        target.selector.matchers.length === 0 ? null : countSeries(tenant, target.selector, sources, signal),
      ]);
      return {
        title: metric,
        about: known.help === '' ? [] : [known.help],
        facts: [
          fact('Type', known.type || 'unknown'),
          ...(known.unit === '' ? [] : [fact('Unit', known.unit)]),
          ...(all === null ? [] : [fact('Series', figure(all))]),
          ...(selected === null ? [] : [fact('Selected here', figure(selected))]),
          ...(intervalMs === null ? [] : [fact('A sample each', spelledOut(intervalMs))]),
        ],
      };
    }
    case 'label': {
      const { label } = target;
      const selectors = distinct(target.selectors);
      const lists = await Promise.all(selectors.map((selector) => names.list(tenant, label, matchersOf(selector))));
      const values = [...new Set(lists.flatMap((list) => list.names))];
      const of = [...new Set(selectors.map(({ metric }) => metric))].filter((metric) => metric !== '').join(', ');
      return { title: label, about: [of === '' ? 'A label.' : `A label of ${of}.`], facts: valueFacts(values) };
    }
    case 'value': {
      const { label, value, isRegex, selector } = target;
      const list = await names.list(tenant, label, matchersOf(selector));
      if (!isRegex) {
        const known = list.has(value) ? [] : [`No series has it: there are ${figure(list.names.length)} other values.`];
        const count = await countSeries(
          tenant,
          { ...selector, matchers: [...selector.matchers, { name: label, operator: '=', value }] },
          sources,
          signal,
        );
        return { title: `${label}="${value}"`, about: known, facts: count === null ? [] : [fact('Series', figure(count))] };
      }
      const test = regexOf(label, value);
      const matched = test === null ? [] : list.names.slice(0, HOVER_MATCHED_MAX).filter((name) => test.matches(name));
      return {
        title: `${label}=~"${value}"`,
        about: [`Of ${figure(Math.min(list.names.length, HOVER_MATCHED_MAX))} values:`],
        facts: valueFacts(matched),
      };
    }
  }
}

function valueFacts(values: readonly string[]): readonly Fact[] {
  if (values.length === 0) return [fact('Values', '0')];
  const some = values.slice(0, HOVER_VALUES_MAX).join(', ');
  return [fact('Values', figure(values.length)), fact(values.length > HOVER_VALUES_MAX ? 'Some' : 'All', some)];
}

/** Those that are there now; null when it cannot be said in time. */
async function countSeries(
  tenant: string,
  selector: PartialSelector,
  { queries, now }: HoverSources,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  const matchers = matchersOf(selector);
  if (!matchers.some((matcher) => !matcher.matchesEmpty)) return null;
  const node: VectorSelector = { kind: 'vector', matchers, name: '', extension: null, offset: null, at: null, span: { from: 0, to: 0 } };
  const answer = await queries.query(
    tenant,
    `count(${format(node)})`,
    { kind: 'instant', atMs: now() },
    { signal, timeoutMs: HOVER_DEADLINE_MS },
  );
  if (answer.kind === 'problem' || answer.value.kind !== 'vector') return null;
  const [sample] = answer.value.samples;
  return sample === undefined ? 0 : typeof sample.value === 'number' ? sample.value : null;
}

function regexOf(label: string, value: string): Matcher | null {
  try {
    return new Matcher(label === METRIC_NAME ? 'name' : label, '=~', value);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function fact(name: string, value: string): Fact {
  return { name, value };
}

function figure(count: number): string {
  return count.toLocaleString('en');
}
