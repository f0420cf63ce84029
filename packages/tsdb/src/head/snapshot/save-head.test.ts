import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { nodeFiles } from '@tidemark/base/files';
import { expect, test } from 'vitest';
import type { BlockStore } from '../../block/block-store.ts';
import { DEFAULT_LIMITS, WINDOW_MS, windowOf } from '../../limits.ts';
import { Labels } from '../../model/labels.ts';
import { NamedSeries } from '../../model/named-series.ts';
import { Pacer } from '../../pacer.ts';
import { groupsBatch } from '../../testing/batches.ts';
import type { Head } from '../head.ts';
import { removeEmpty } from '../remove-empty.ts';
import { HeadSnapshots } from './head-snapshots.ts';

const START_MS = windowOf(1_700_000_000_000);
const STORE = { replayOffset: 0, mustReread: false, quarantined: [] } as unknown as BlockStore;

/** Acts once, at the `moment`th time that it is asked to breathe. */
class Interruption extends Pacer {
  isOver = false;
  #left: number;
  readonly #act: () => void;

  constructor(moment: number, act: () => void) {
    super(systemClock);
    this.#left = moment;
    this.#act = act;
  }

  override async breathe(): Promise<void> {
    if (this.isOver || this.#left-- > 0) return;
    this.isOver = true;
    this.#act();
  }
}

/** Series of one name: one sample for each, at `timeMs`. */
function append(head: Head, name: string, hosts: readonly number[], timeMs: number, offset: number): void {
  const table = NamedSeries.of(hosts.map((host) => Labels.from({ __name__: name, host: `h${host}` })));
  const group = { timeMs, numbers: Uint32Array.from(hosts, (_, i) => i), values: Float64Array.from(hosts, (host) => 10 * offset + host) };
  head.append(groupsBatch(table, [group]), { offset, epochOffset: offset }, timeMs, () => 0);
}

function samplesOf(head: Head): string[] {
  const { series, columns } = head.tenant('default')!;
  return [...series.places()]
    .filter((place) => !columns.isEmpty(place))
    .map((place) => {
      const run = columns.readRun(place, { fromMs: 0, toMs: 1e15 })!;
      return `${series.labels(place)} ${run.times.map((timeMs, i) => timeMs * 1000 + run.values[i]).join(' ')}`;
    })
    .sort();
}

test('series that come at any moment of a save leave nothing to who takes their places after a restart', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-save-head-'));
  let moments = 0;
  for (let isOver = true; isOver; moments++) {
    const options = {
      files: nodeFiles,
      dir: join(dir, `${moments}`),
      clock: systemClock,
      limits: DEFAULT_LIMITS,
      onDamage: ({ message }: Error) => expect.unreachable(message),
    };
    const snapshots = new HeadSnapshots(options);
    const head = await snapshots.load(STORE);
    append(head, 'gone', [0, 1, 2, 3, 4, 5], START_MS, 0);
    append(head, 'stays', [0, 1], START_MS + 1, 1);
    const tenant = head.tenant('default')!;
    for (const place of tenant.series.places().slice(0, 6)) {
      tenant.columns.seal(place, START_MS + WINDOW_MS);
      tenant.columns.drop(place, tenant.columns.newestChunk(place), START_MS);
    }
    await removeEmpty(tenant, new Pacer(systemClock));
    append(head, 'first', [0], START_MS + 2, 2); // Places that were left are taken again from here on.
    const during = new Interruption(moments, () => append(head, 'during', [0, 1, 2], START_MS + 3, 3));
    await snapshots.save(head, STORE, during);
    ({ isOver } = during);
    if (!isOver) continue;

    const next = await new HeadSnapshots(options).load(STORE);
    append(next, 'after', [0, 1, 2, 3, 4], START_MS + 4, 4);
    append(next, 'during', [2, 1, 0], START_MS + 3, 3);
    append(head, 'after', [0, 1, 2, 3, 4], START_MS + 4, 4);
    expect(samplesOf(next), `at moment ${moments}`).toEqual(samplesOf(head));
  }
  expect(moments).toBeGreaterThan(5);
  await rm(dir, { recursive: true });
});
