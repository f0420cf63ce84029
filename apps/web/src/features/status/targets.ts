import type { TargetRow } from '@tidemark/rpc';

/** Which targets the list shows, to and from the URL: `health=down&find=web`. */
export interface TargetFilter {
  readonly health: TargetRow['health'] | null;
  readonly find: string;
}

/** Worst first: the order of the list. */
export const HEALTHS = ['down', 'unknown', 'up'] as const satisfies readonly TargetRow['health'][];

export function decodeTargetFilter(params: URLSearchParams): TargetFilter {
  const health = params.get('health');
  return { health: HEALTHS.find((known) => known === health) ?? null, find: params.get('find') ?? '' };
}

export function encodeTargetFilter(filter: TargetFilter, params: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams(params);
  if (filter.health === null) next.delete('health');
  else next.set('health', filter.health);
  if (filter.find === '') next.delete('find');
  else next.set('find', filter.find);
  return next;
}

export interface TargetSelection {
  readonly rows: readonly TargetRow[];
  /** Of the targets that the text matches, whatever their health. */
  readonly counts: Readonly<Record<TargetRow['health'], number>>;
}

export function selectTargets(targets: readonly TargetRow[], filter: TargetFilter): TargetSelection {
  const words = filter.find.toLowerCase().split(/\s+/).filter(Boolean);
  const counts: Record<TargetRow['health'], number> = { down: 0, unknown: 0, up: 0 };
  const rows = targets.filter((target) => {
    const text = [target.job, target.instance, target.url, target.lastError, ...labelWords(target)].join('\n').toLowerCase();
    if (!words.every((word) => text.includes(word))) return false;
    counts[target.health]++;
    return filter.health === null || filter.health === target.health;
  });
  return { rows: rows.sort(worstFirst), counts };
}

function labelWords(target: TargetRow): string[] {
  return Object.entries(target.labels).map(([name, value]) => `${name}=${value}`);
}

function worstFirst(a: TargetRow, b: TargetRow): number {
  return RANK[a.health] - RANK[b.health] || compare(a.job, b.job) || compare(a.instance, b.instance);
}

const RANK: Readonly<Record<TargetRow['health'], number>> = { down: 0, unknown: 1, up: 2 };

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
