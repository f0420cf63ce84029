import type { TargetRow } from '@tidemark/rpc';
import { finder, type ListFilter, labelWords } from '../../table/list-filter.ts';

/** Worst first: the order of the list. */
export const HEALTHS = ['down', 'unknown', 'up'] as const satisfies readonly TargetRow['health'][];

export interface TargetSelection {
  readonly rows: readonly TargetRow[];
  /** Of the targets that the text matches, whatever their health. */
  readonly counts: Readonly<Record<TargetRow['health'], number>>;
}

export function selectTargets(targets: readonly TargetRow[], filter: ListFilter<TargetRow['health']>): TargetSelection {
  const found = finder(filter.find);
  const counts: Record<TargetRow['health'], number> = { down: 0, unknown: 0, up: 0 };
  const rows = targets.filter((target) => {
    const text = [target.job, target.instance, target.url, target.lastError, labelWords(target.labels)].join('\n').toLowerCase();
    if (!found(text)) return false;
    counts[target.health]++;
    return filter.state === null || filter.state === target.health;
  });
  return { rows: rows.sort(worstFirst), counts };
}

function worstFirst(a: TargetRow, b: TargetRow): number {
  return RANK[a.health] - RANK[b.health] || compare(a.job, b.job) || compare(a.instance, b.instance);
}

const RANK: Readonly<Record<TargetRow['health'], number>> = { down: 0, unknown: 1, up: 2 };

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
