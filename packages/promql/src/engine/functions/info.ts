import { type Labels, Matcher, METRIC_NAME } from '@tidemark/tsdb/model';
import { type Expr, type TimeShift, type VectorSelector, walk } from '../../syntax/ast.ts';
import { emptySeries, HISTOGRAM, NOTHING, type OpenSeries, putSample, type Series, sampleAt } from '../columns.ts';
import { QueryError } from '../query-error.ts';
import { selectVector } from '../select.ts';
import type { FunctionBody, FunctionTable, Invocation } from './registry.ts';

/**
 * `info(v, {label="value"})`: series take over labels of info metrics, whose value means nothing, from those with the same instance and
 * job. The selector says which info metrics, by `__name__`, and which of their labels; a series without a match that it asks for is left out.
 */
const info: FunctionBody = async (call) => {
  const { args, steps, context } = call;
  const base = await args.vector(0);
  const selector = args.count > 1 ? (args.expr(1) as VectorSelector) : null;
  const wanted = (selector?.matchers ?? []).filter(({ name }) => name !== METRIC_NAME);
  const named = namesOf((selector?.matchers ?? []).filter(({ name }) => name === METRIC_NAME));
  const isInfo = ({ labels }: Series) => named.every((matcher) => matcher.matches(labels.name));
  const plain = base.filter((one) => !isInfo(one));
  const kept = base.filter(isInfo);
  if (plain.length === 0) return { kind: 'vector', series: kept };
  const matchers = [...named, ...wanted, ...identifyingMatchers(plain)];
  const asked: VectorSelector = { kind: 'vector', name: '', matchers, extension: null, span: call.expr.span, ...shiftOf(args.expr(0)) };
  // The same place is looked at twice: which of two info series is newer decides.
  const found = matchers.some(({ name }) => IDENTIFYING.includes(name)) ? await selectVector(asked, steps, context, 'time') : [];
  refuseHistograms(call, found.length === 0 ? [] : await selectVector(asked, steps, context));
  const enriched = new Enrichment(call, found, wanted);
  for (const one of plain) {
    if (plain.length > 1) await context.budget.breathe();
    enriched.add(one);
  }
  return { kind: 'vector', series: [...enriched.series(), ...kept] };
};

const IDENTIFYING = ['instance', 'job'];

/** What is asked of the names of info metrics. Refusals alone are about all whose names end in `_info`. */
function namesOf(matchers: readonly Matcher[]): readonly Matcher[] {
  if (matchers.length === 0) return [new Matcher(METRIC_NAME, '=', 'target_info')];
  const hasPositive = matchers.some(({ operator }) => operator === '=' || operator === '=~');
  return hasPositive ? matchers : [new Matcher(METRIC_NAME, '=~', '.+_info'), ...matchers];
}

/** Only what could match is selected. */
function identifyingMatchers(series: readonly Series[]): Matcher[] {
  return IDENTIFYING.flatMap((name) => {
    const values = new Set(series.map(({ labels }) => labels.get(name)));
    values.delete('');
    return values.size === 0 ? [] : [new Matcher(name, '=~', [...values].map(escapePattern).join('|'))];
  });
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Info series are looked at where the first selector looks. */
function shiftOf(expr: Expr): TimeShift {
  let shift: TimeShift | null = null;
  walk(expr, (node) => {
    if (node.kind === 'vector') shift ??= node;
  });
  const { offset, at } = shift ?? { offset: null, at: null };
  return { offset, at };
}

function refuseHistograms(call: Invocation, series: readonly Series[]): void {
  const histogram = series.find(({ present }) => present.includes(HISTOGRAM));
  if (histogram === undefined) return;
  throw new QueryError('execution', `this should be an info metric, with float samples: ${histogram.labels}`, call.expr.span);
}

class Enrichment {
  readonly #call: Invocation;
  readonly #wanted: readonly Matcher[];
  /** By what identifies their targets, then by name. */
  readonly #infos = new Map<string, Map<string, Series[]>>();
  readonly #results = new Map<string, OpenSeries>();

  constructor(call: Invocation, infos: readonly Series[], wanted: readonly Matcher[]) {
    this.#call = call;
    this.#wanted = wanted;
    for (const one of infos) {
      const key = identityOf(one.labels);
      const byName = this.#infos.get(key) ?? new Map<string, Series[]>();
      this.#infos.set(key, byName);
      byName.set(one.labels.name, [...(byName.get(one.labels.name) ?? []), one]);
    }
  }

  series(): Series[] {
    return [...this.#results.values()];
  }

  add(base: Series): void {
    const candidates = [...(this.#infos.get(identityOf(base.labels))?.values() ?? [])];
    const known = new Map<string, Labels | null>();
    for (let i = 0; i < base.present.length; i++) {
      if (base.present[i] === NOTHING) continue;
      const newest = candidates.map((twins) => this.#newest(twins, i));
      const key = newest.map((one) => one?.labels.key ?? '').join(' ');
      let labels = known.get(key);
      if (labels === undefined) {
        labels = this.#enrich(base.labels, newest);
        known.set(key, labels);
      }
      if (labels !== null) this.#put(labels, base, i);
    }
  }

  /** Two that are equally new contradict each other. Their values are times. */
  #newest(twins: readonly Series[], step: number): Series | null {
    let newest: Series | null = null;
    for (const one of twins) {
      if (one.present[step] === NOTHING) continue;
      if (newest === null || one.values[step] > newest.values[step]) newest = one;
      else if (one.values[step] === newest.values[step]) {
        const at = `@ ${one.values[step] * 1000}`;
        throw this.#failure(`found duplicate series for info metric: existing ${newest.labels} ${at}, new ${one.labels} ${at}`);
      }
    }
    return newest;
  }

  /** Null: left out. */
  #enrich(base: Labels, infos: readonly (Series | null)[]): Labels | null {
    const matched = infos.filter((one) => one !== null);
    if (matched.length === 0) return this.#wanted.every((matcher) => matcher.matchesEmpty) ? base : null;
    const added = new Map<string, string>();
    for (const { labels } of matched) {
      for (const [name, value] of labels) {
        const isWanted = this.#wanted.length === 0 || this.#wanted.some((matcher) => matcher.name === name);
        if (name === METRIC_NAME || !isWanted) continue;
        if ((added.get(name) ?? value) !== value) throw this.#failure(`conflicting label: ${name}`);
        if (base.get(name) === '') added.set(name, value);
      }
    }
    let enriched = base;
    for (const [name, value] of added) enriched = enriched.with(name, value);
    return enriched;
  }

  #put(labels: Labels, base: Series, step: number): void {
    let result = this.#results.get(labels.key);
    if (result === undefined) {
      result = emptySeries(labels, base.present.length, base);
      this.#results.set(labels.key, result);
    }
    if (result.present[step] !== NOTHING) throw this.#failure('vector cannot contain metrics with the same labelset');
    putSample(result, step, sampleAt(base, step));
  }

  #failure(message: string): QueryError {
    return new QueryError('execution', message, this.#call.expr.span);
  }
}

function identityOf(labels: Labels): string {
  return labels.filter((name) => IDENTIFYING.includes(name)).key;
}

export const INFO: FunctionTable = { info };
