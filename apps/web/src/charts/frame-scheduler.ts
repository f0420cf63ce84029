/**
 * One animation frame for all charts. Each asks to be drawn; a frame draws some and leaves the rest to the next ones, so that thirty
 * panels refresh without one long task. Nothing runs in a hidden tab: browsers give it no frames.
 */
import { CHARTS_IN_FRAME_MAX } from '../lib/limits.ts';

const SLICE_MS = 10;

const waiting = new Map<object, () => void>();
let scheduled = false;

/** Draws soon; a second request before that replaces the first. */
export function requestDraw(owner: object, draw: () => void): void {
  waiting.set(owner, draw);
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(drawSlice);
}

export function cancelDraw(owner: object): void {
  waiting.delete(owner);
}

function drawSlice(): void {
  const startedAt = performance.now();
  let drawn = 0;
  for (const [owner, draw] of waiting) {
    waiting.delete(owner);
    draw();
    if (++drawn === CHARTS_IN_FRAME_MAX || performance.now() - startedAt > SLICE_MS) break;
  }
  scheduled = waiting.size > 0;
  if (scheduled) requestAnimationFrame(drawSlice);
}
