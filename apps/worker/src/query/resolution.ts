import type { Wish } from '@tidemark/promql';
import type { Resolution } from '@tidemark/rpc';
import { TIERS } from '@tidemark/tsdb/rollup';

/** Resolutions by their names, as requests and answers have them. */

export const RESOLUTIONS: ReadonlyMap<string, Wish> = new Map<string, Wish>([
  ['auto', 'auto'],
  ['raw', 0],
  ...TIERS.map(({ name, widthMs }) => [name, widthMs] as const),
]);

const NAMES = new Map([...RESOLUTIONS].map(([name, wish]) => [wish, name]));

export function wishOf(resolution: Resolution = 'auto'): Wish {
  return RESOLUTIONS.get(resolution) ?? 'auto';
}

export function resolutionName(widthMs: number): string {
  return NAMES.get(widthMs) ?? `${widthMs}ms`;
}
