import type { DashboardRow } from '@tidemark/rpc';

/** All words of the search, anywhere in title, description or tags. */
export function filterDashboards(rows: readonly DashboardRow[], search: string, tag: string | null): DashboardRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (tag !== null && !row.tags.includes(tag)) return false;
    const text = [row.title, row.description, ...row.tags].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The tags in use, the most used first. */
export function tagsOf(rows: readonly DashboardRow[]): string[] {
  const counts = new Map<string, number>();
  for (const { tags } of rows) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([tag]) => tag);
}
