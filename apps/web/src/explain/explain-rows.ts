import type { ExplainNode, ExplainPlace } from '@tidemark/rpc';

/** The explained query as the rows of a tree: what is open is shown, in the order of the tree. */
export interface ExplainRow {
  /** The way to it from the root: `0.1`. */
  readonly key: string;
  /** From 1. */
  readonly level: number;
  /** Null for a row that has nothing below it. */
  readonly isOpen: boolean | null;
  readonly title: string;
  /** Where it ran. */
  readonly where: string;
  /** In the expression; null for what is not written there. */
  readonly span: { readonly from: number; readonly to: number } | null;
  readonly elapsedMs: number | null;
  /** Of the whole query's time, 0 to 1. */
  readonly share: number;
  readonly series: number | null;
  readonly samples: number | null;
  readonly given: number | null;
  readonly bytes: number | null;
  readonly widthsMs: readonly number[];
}

/** `toggled`: keys of rows that are not as they are at first. Nodes are open at first, lists of partitions are not. */
export function explainRows(root: ExplainNode, toggled: ReadonlySet<string>): readonly ExplainRow[] {
  const wholeMs = Math.max(root.elapsedMs ?? 0, Number.MIN_VALUE);
  const rows: ExplainRow[] = [];
  const add = (node: ExplainNode, key: string, level: number): void => {
    const isOpen = node.children.length + node.places.length === 0 ? null : !toggled.has(key);
    const { title, elapsedMs, series, samples, given, widthsMs, places } = node;
    const span = { from: node.from, to: node.to };
    const bytes = places.length === 0 ? null : total(places, ({ bytes: each }) => each);
    rows.push({
      ...{ key, level, isOpen, title, span, elapsedMs, series, samples, given, bytes, widthsMs },
      where: whereText(node),
      share: Math.min(1, (elapsedMs ?? 0) / wholeMs),
    });
    if (isOpen !== true) return;
    if (places.length > 0) addPlaces(places, `${key}.p`, level + 1);
    for (const [i, child] of node.children.entries()) add(child, `${key}.${i}`, level + 1);
  };
  const addPlaces = (places: readonly ExplainPlace[], key: string, level: number): void => {
    const isOpen = toggled.has(key);
    const slowestMs = Math.max(...places.map(({ elapsedMs }) => elapsedMs));
    rows.push({
      ...{ key, level, isOpen, span: null, where: '', widthsMs: [] },
      title: places.length === 1 ? '1 partition' : `${places.length} partitions`,
      elapsedMs: slowestMs,
      share: Math.min(1, slowestMs / wholeMs),
      series: total(places, ({ series }) => series),
      samples: total(places, ({ samples }) => samples),
      given: total(places, ({ given }) => given),
      bytes: total(places, ({ bytes }) => bytes),
    });
    if (!isOpen) return;
    for (const [i, { place, ...figures }] of places.entries()) {
      const share = Math.min(1, figures.elapsedMs / wholeMs);
      rows.push({
        ...figures,
        share,
        key: `${key}.${i}`,
        level: level + 1,
        isOpen: null,
        title: place,
        span: null,
        where: '',
        widthsMs: [],
      });
    }
  };
  add(root, '0', 1);
  return rows;
}

function whereText({ where, places }: ExplainNode): string {
  switch (where) {
    case 'root':
      return 'root';
    case 'leaf':
      return places.length === 1 ? '1 partition' : `${places.length} partitions`;
    case 'in leaf':
      return 'in the partitions';
    case 'in one pass':
      return 'in one pass with the node above';
  }
}

function total<T>(all: readonly T[], of: (each: T) => number): number {
  return all.reduce((sum, each) => sum + of(each), 0);
}
