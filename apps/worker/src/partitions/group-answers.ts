import { join } from 'node:path';
import type { Clock } from '@tidemark/base';
import { evaluateLeaf, type Leaf } from '@tidemark/promql';
import { type Expr, parse } from '@tidemark/promql/syntax';
import type { RetentionReport } from '@tidemark/tsdb';
import { type Labels, Matcher, type TimeRange } from '@tidemark/tsdb/model';
import { copyWindows, type RolledColumns } from '@tidemark/tsdb/rollup';
import { LRUCache } from 'lru-cache';
import { PARSED_QUERIES_MAX } from '../limits.ts';
import { partitionRules } from '../retention/retention-config.ts';
import type {
  LeafReply,
  PlainDeletion,
  PlainExemplar,
  PlainExemplarQuestion,
  PlainListing,
  PlainMatcher,
  PlainPart,
  PlainRestore,
  PlainRetentionQuestion,
  PlainRolled,
  PlainSelect,
  RolledReply,
} from './calls.ts';
import type { Answers, CallContext, Reply } from './channel/answerer.ts';
import { buffersOf, numberLabels, numbersOf, type PackedSamples, packColumns, packSamples } from './codec/packed-series.ts';
import { leafOf, type PlainLeaf } from './codec/plain-leaf.ts';
import { FreshestSample } from './freshest-sample.ts';
import { partitionFolder } from './partition-folder.ts';
import type { PartitionGroup } from './partition-group.ts';

/** What a partition thread answers: each call of calls.ts, over its own partitions. */
export function groupAnswers(group: PartitionGroup, clock: Clock): Answers {
  const { engines, consumers, queryable, source } = group;
  const upkeep = { interrupted: new AbortController() };
  const parsed = new LRUCache<string, Expr>({ max: PARSED_QUERIES_MAX });
  const parseLeaf = (text: string): Expr => {
    const expr = parsed.get(text) ?? parse(text);
    parsed.set(text, expr);
    return expr;
  };
  return {
    run: async () => {
      await group.run();
      return DONE;
    },
    stop: async () => {
      await group.stop();
      return DONE;
    },
    drain: async () => {
      await group.drain();
      return DONE;
    },
    leaf: (leaf: PlainLeaf, context: CallContext) => answerLeaf(group, leafOf(leaf), parseLeaf(leaf.text), context),
    select: async ({ matchers, ...request }: PlainSelect, { budget, table }) => {
      const selected = await queryable.select({ ...request, matchers: matchersOf(matchers) }, budget);
      const samples = await packSamples(selected, () => budget.breathe());
      const packed: PackedSamples = { labels: numbersOf(selected, table), ...samples };
      return { value: packed, buffers: buffersOf(packed) };
    },
    tiers: async ({ tenant, range }: { readonly tenant: string; readonly range: TimeRange }) => ({
      value: (await queryable.tiers?.(tenant, range)) ?? null,
    }),
    rolled: async ({ matchers, ...request }: PlainRolled, { budget, table }) => {
      const found: { labels: Labels; windows: RolledColumns }[] = [];
      await queryable.visitRolled?.({ ...request, matchers: matchersOf(matchers) }, budget, (labels, windows) => {
        found.push({ labels, windows: copyWindows(windows) });
      });
      const reply: RolledReply = { labels: numbersOf(found, table), windows: found.map(({ windows }) => windows) };
      return { value: reply };
    },
    series: async ({ tenant, matchers, range }: PlainListing, { budget, table }) => {
      const found = await queryable.series(tenant, matchersOf(matchers), range, budget);
      return { value: Uint32Array.from(found, (labels) => table.numberOf(labels)) };
    },
    labelNames: async ({ tenant, matchers, range }: PlainListing, { budget }) => ({
      value: await queryable.labelNames(tenant, matchersOf(matchers), range, budget),
    }),
    labelValues: async ({ tenant, name = '', matchers, range }: PlainListing, { budget }) => ({
      value: await queryable.labelValues(tenant, name, matchersOf(matchers), range, budget),
    }),
    metadata: async (tenant: string) => ({ value: await queryable.metadata(tenant) }),
    exemplars: async ({ tenant, selectors, range }: PlainExemplarQuestion) => {
      const found = (await queryable.exemplars?.(tenant, selectors.map(matchersOf), range)) ?? [];
      const plain: PlainExemplar[] = found.map(({ series, labels, timeMs, value }) => ({
        series: series.pairs,
        labels: labels.pairs,
        timeMs,
        value,
      }));
      return { value: plain };
    },
    probe: async (partition: number) => ({ value: await consumers.find((consumer) => consumer.partition === partition)?.probe() }),
    maintain: async (extent: 'all' | 'drop only') => {
      upkeep.interrupted = new AbortController();
      const { signal } = upkeep.interrupted;
      for (const engine of engines) if (!signal.aborted) await engine.maintain(clock.now(), signal, extent);
      return DONE;
    },
    interrupt: () => {
      upkeep.interrupted.abort();
      return DONE;
    },
    deleteSamples: async ({ tenant, selectors, range }: PlainDeletion) => {
      for (const [i, engine] of engines.entries()) {
        const { end } = await source.extent(consumers[i].partition);
        const outcome = await engine.deleteSamples({ tenant, selectors: selectors.map(matchersOf), range }, end);
        if (outcome.kind === 'refused') return { value: outcome };
      }
      return { value: { kind: 'deleted' } };
    },
    cleanTombstones: async () => {
      for (const engine of engines) {
        const outcome = await engine.cleanTombstones();
        if (outcome.kind === 'refused') return { value: outcome };
      }
      return { value: { kind: 'cleaned' } };
    },
    /** Null: by the rules that hold. */
    retention: async ({ atMs, rules, partitionsAll }: PlainRetentionQuestion) => {
      const own = rules === null ? undefined : partitionRules(rules, partitionsAll);
      const reports: RetentionReport[] = [];
      for (const engine of engines) reports.push(await engine.retention(atMs, own));
      return { value: reports };
    },
    snapshot: async ({ dir, skipHead }: { readonly dir: string; readonly skipHead: boolean }) => {
      for (const [i, engine] of engines.entries()) {
        const outcome = await engine.snapshot(join(dir, partitionFolder(consumers[i].partition)), skipHead);
        if (outcome.kind === 'refused') return { value: outcome };
      }
      return { value: { kind: 'written' } };
    },
    restoreArchived: async ({ tenant, range, days }: PlainRestore) => {
      const blocks = [];
      for (const engine of engines) {
        const outcome = await engine.restoreArchived(tenant, range, days);
        if (outcome.kind === 'refused') return { value: outcome };
        blocks.push(...outcome.blocks);
      }
      return { value: { kind: 'asked', blocks } };
    },
    report: () => ({ value: group.report() }),
    metrics: async () => ({ value: await group.metrics.registry.getMetricsAsJSON() }),
  };
}

const DONE: Reply = { value: null };

async function answerLeaf(group: PartitionGroup, leaf: Leaf, expr: Expr, { budget, table }: CallContext): Promise<Reply> {
  const used = { samples: budget.samples, series: budget.series };
  const answered = [];
  for (const [i, engine] of group.engines.entries()) {
    const fresh = new FreshestSample(engine);
    const part = await evaluateLeaf(leaf, expr, fresh, budget);
    const columns = await packColumns(part.series, leaf.steps.count, () => budget.breathe());
    answered.push({ ...part, columns, newestMs: fresh.atMs, place: `partition ${group.consumers[i].partition}` });
  }
  const parts = answered.map(({ series, columns, notes, lacking, newestMs, place, trace }): PlainPart => {
    if (columns !== null) numberLabels(columns, series, table);
    return {
      newestMs,
      ...(columns !== null && { columns }),
      ...(notes.length > 0 && { notes }),
      ...(Object.values(lacking).some((series) => series > 0) && { lacking }),
      ...(trace && { trace: { ...trace, place, bytes: columns?.bytes.byteLength ?? 0 } }),
    };
  });
  const value: LeafReply = { parts, samples: budget.samples - used.samples, series: budget.series - used.series };
  return { value, buffers: parts.flatMap(({ columns }) => (columns === undefined ? [] : [columns.bytes])) };
}

function matchersOf(plain: readonly PlainMatcher[]): Matcher[] {
  return plain.map(({ name, operator, value }) => new Matcher(name, operator, value));
}
