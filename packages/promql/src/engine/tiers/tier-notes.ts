import { TIERS } from '@tidemark/tsdb/rollup';
import type { Expr } from '../../syntax/ast.ts';
import type { Lacking } from '../context.ts';
import type { Notes } from '../notes.ts';
import type { TierChoice, Wish } from './choose-tier.ts';
import { RAW } from './holdings.ts';

/** What is worth saying of how an answer came about: where it is not what raw samples would have given. */

export function noteQuality({ widthMs, quality, lacks }: TierChoice, wish: Wish, expr: Expr, notes: Notes): void {
  const asked = wish === 'auto' ? null : nameOf(wish);
  if (quality.class === 'impossible') {
    if (asked !== null) notes.warn(`${asked} cannot answer it at all times that were asked for: there are no points there`, expr.span);
    else
      notes.warn(
        'raw samples, which it needs, are not all there any more for some of the times that were asked for: there are no points there',
        expr.span,
      );
    return;
  }
  if (lacks) notes.warn('not all samples that it looks at are there any more', expr.span);
  else if (quality.class === 'approximate') {
    notes.warn(
      `partly made of ${nameOf(widthMs)}, without a known error: they do not fit, and not all raw samples are there any more`,
      expr.span,
    );
  }
}

export function noteLacking({ leftOut, rough }: Lacking, { widthMs }: TierChoice, expr: Expr, notes: Notes): void {
  const tier = nameOf(widthMs);
  if (leftOut > 0)
    notes.warn(
      `${leftOut} series are left out: their ${tier} do not keep what it needs, and not all raw samples are there any more`,
      expr.span,
    );
  if (rough > 0) notes.warn(`${rough} series are answered without a known error: their ${tier} keep bounds only`, expr.span);
}

function nameOf(widthMs: number): string {
  return widthMs === RAW ? 'raw samples' : `windows of ${TIERS.find((tier) => tier.widthMs === widthMs)?.name ?? `${widthMs} ms`}`;
}
