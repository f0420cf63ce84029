import { formatDuration } from '@tidemark/base';
import { count } from '../import/progress.ts';

/** `GET /api/v1/status/retention` of a worker. */
export interface PlanAnswer {
  readonly atMs: number;
  /** Set while nothing is deleted, for the clock has jumped. */
  readonly held: string | null;
  readonly leaving: readonly {
    readonly id: string;
    readonly tenant: string;
    readonly resolutionMs: number;
    readonly fromMs: number;
    readonly toMs: number;
    readonly series: number;
    readonly samples: number;
    readonly bytes: number;
    readonly reason: 'age' | 'size' | 'series';
  }[];
  readonly freedBytes: number;
}

const REASONS = { age: 'past its age', size: 'for its size', series: 'some series, past their age' } as const;

export function planTable({ atMs, held, leaving, freedBytes }: PlanAnswer): string {
  const until = `${minute(atMs)}`;
  const lines = held === null ? [] : [`Nothing is deleted at present: ${held}.`];
  if (leaving.length === 0) return [...lines, `Nothing goes until ${until}.`].join('\n');
  const rows = leaving.map((each) => [
    each.resolutionMs === 0 ? 'raw' : formatDuration(each.resolutionMs),
    minute(each.fromMs),
    minute(each.toMs),
    count(each.series),
    count(each.samples),
    bytesText(each.bytes),
    REASONS[each.reason],
  ]);
  const header = ['', 'from', 'to', 'series', 'samples', 'bytes', 'why'];
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i >= 3 && i <= 5 ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  return [...lines, line(header), ...rows.map(line), `Until ${until} this frees ${bytesText(freedBytes)}.`].join('\n');
}

function minute(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16)}Z`;
}

function bytesText(bytes: number): string {
  for (const [unit, size] of [
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ] as const)
    if (bytes >= size) return `${(bytes / size).toFixed(1)} ${unit}`;
  return `${bytes} B`;
}
