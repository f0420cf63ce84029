import { type Steps, stepTime } from '../columns.ts';
import type { Stretch } from '../value.ts';
import type { TierChoice } from './choose-tier.ts';

/** What is told of the choices: neighbours that differ in nothing that matters to a reader are one. */
export function stretchesOf(steps: Steps, parts: readonly { readonly choice: TierChoice; readonly fromRaw: number }[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const { choice, fromRaw } of parts) {
    const { from, to, widthMs, quality } = choice;
    const times = { fromMs: stepTime(steps, from), toMs: stepTime(steps, to - 1) };
    const next = { ...times, resolutionMs: widthMs, ...quality, ...(fromRaw > 0 && { seriesFromRaw: fromRaw }) };
    const last = stretches.at(-1);
    const isSame = last?.resolutionMs === widthMs && last.class === quality.class && last.error === quality.error;
    if (isSame) stretches[stretches.length - 1] = { ...next, ...last, toMs: next.toMs };
    else stretches.push(next);
  }
  return stretches;
}
