/**
 * The host collector in node_exporter's place: what is asked of the one is answered by the other. Over a machine that has
 * everything (testdata/machine.txt), with what stays unanswered written down here.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { evaluateInstant, parse } from '@tidemark/promql';
import { MemoryQueryable } from '@tidemark/promql/testing';
import { QueryBudget } from '@tidemark/tsdb';
import { DEFAULT_TENANT, isStaleAt } from '@tidemark/tsdb/model';
import { beforeAll, describe, expect, test } from 'vitest';
import { startMachine, wholeMachine } from '../../apps/ingest/src/host/testing/machine.ts';
import { seriesOf } from '../../apps/ingest/src/scrape/recording.ts';
import { HOST_DASHBOARD } from '../../apps/worker/src/dashboards/host.ts';
import { labelsOf, rawScrapes, samplesOf } from '../support/capture-files.ts';
import { ROOT } from '../support/source-tree.ts';

/** Metrics that node_exporter has and the host collector does not, each with the reason. */
const NOT_COLLECTED: readonly (readonly [names: RegExp, reason: string])[] = [
  [/^node_timex_/, 'adjtimex is a system call that Node does not have'],
  [/^node_systemd_/, 'systemd answers over D-Bus only'],
  [/^node_textfile_/, 'no folder of text files is read: they can be pushed'],
  [/^node_processes_threads_state$/, 'the state of each single thread costs as much as all the rest'],
  [/^node_(exporter_build_info|scrape_collector_)/, 'about node_exporter and its own collectors'],
  [/^(process|go|promhttp)_/, 'about the process of node_exporter; ingest tells of itself as job="tidemark-ingest"'],
  [/^node_(buddyinfo|zoneinfo|mountstats|xfs|btrfs)_/, 'collectors for a single file system or memory zone'],
  [/^node_(ethtool_|network_(autonegotiate|asymmetricpause|pause))/, "ethtool's are system calls that Node does not have"],
  [/^node_kernel_hung_tasks$/, 'no release of node_exporter has it: it says node_kernel_hung_task_detect_count'],
  [/^node_netstat_Tcp_MaxConn$/, 'node_exporter leaves it out, too: it is a constant'],
];

const notCollected = (name: string) => NOT_COLLECTED.some(([names]) => names.test(name));

/** Expressions of the Grafana dashboard that are empty although their metrics are there. */
const EMPTY_BY_THEMSELVES: readonly (readonly [part: string, reason: string])[] = [
  ['node_cpu_guest_seconds_total', '`> 0`: the machine runs no guests'],
  ['node_network_up{operstate="up"', 'node_exporter gives node_network_up no such label'],
];

const collected = new MemoryQueryable();
const names = new Map<string, Set<string>>();
let nowMs = 0;

beforeAll(async () => {
  const machine = await startMachine(wholeMachine());
  for (let i = 0; i < 5; i++) {
    const batch = await machine.round();
    for (const [sample, labels] of seriesOf(batch).entries()) {
      collected.append(labels, batch.timesMs[sample], isStaleAt(batch.values, sample) ? 'stale' : batch.values[sample]);
      names.set(labels.name, new Set([...(names.get(labels.name) ?? []), ...[...labels].map(([name]) => name)]));
    }
    nowMs = batch.timesMs.at(-1)!;
  }
  await machine.stop();
});

async function hasData(query: string): Promise<boolean> {
  const budget = new QueryBudget({ deadlineMs: 10_000, samplesMax: 1_000_000, seriesMax: 10_000 }, systemClock);
  const request = { expr: parse(query), tenant: DEFAULT_TENANT, queryable: collected, budget };
  const { value } = await evaluateInstant({ ...request, atMs: nowMs });
  return value.kind === 'scalar' || (value.kind === 'vector' && value.samples.length > 0);
}

test('the Host dashboard is full', async () => {
  for (const { expr } of HOST_DASHBOARD.panels.flatMap(({ queries }) => queries)) {
    expect(await hasData(expr.replaceAll('$__rate_interval', '4s')), expr).toBe(true);
  }
});

test('what a real node_exporter said is said, with the same labels, or is on the list', () => {
  const { body } = rawScrapes().find(({ job }) => job === 'node')!;
  const missing = new Set<string>();
  for (const { series } of samplesOf(body)) {
    const labels = labelsOf(series);
    const [, name] = labels[0];
    if (notCollected(name)) continue;
    if (!labels.every(([label]) => names.get(name)?.has(label))) missing.add(`${name} ${labels.map(([label]) => label)}`);
  }
  expect([...missing]).toEqual([]);
});

const GRAFANA = join(ROOT, '../shared/conformance/grafana/node-exporter-full.json');

if (existsSync(GRAFANA)) {
  describe('the Grafana dashboard node-exporter-full', () => {
    const dashboard = JSON.parse(readFileSync(GRAFANA, 'utf8'));
    const exprs = [...new Set(exprsIn(dashboard))];

    test('its variables have values', async () => {
      for (const label of ['job', 'nodename', 'instance']) expect(names.get('node_uname_info')).toContain(label);
    });

    test('every expression parses, and has data but for those about what is not collected', async () => {
      const empty: string[] = [];
      for (const expr of exprs) {
        const query = expr.replaceAll('$__rate_interval', '4s').replaceAll('$node', 'box').replaceAll('$job', 'node');
        if (!(await hasData(query))) empty.push(expr);
      }
      const unexplained = empty
        .filter((expr) => !(expr.match(/\b(node|process)_\w+/g) ?? []).every(notCollected))
        .filter((expr) => !EMPTY_BY_THEMSELVES.some(([part]) => expr.includes(part)));
      expect(unexplained).toEqual([]);
      expect([exprs.length, empty.length]).toEqual([276, 34]);
    });
  });
} else test.skip('the Grafana dashboard node-exporter-full: it does not lie beside the repository', () => {});

function exprsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'expr' && typeof inner === 'string' ? [inner] : exprsIn(inner)));
}
