/**
 * One animation frame for all charts. Each asks to be drawn; a frame draws until its time is used up and leaves the rest to the
 * next one, so that thirty panels refresh without one long task. Nothing runs in a hidden tab: browsers give it no frames.
 */
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
  for (const [owner, draw] of waiting) {
    waiting.delete(owner);
    draw();
    if (performance.now() - startedAt > SLICE_MS) break;
  }
  scheduled = waiting.size > 0;
  if (scheduled) requestAnimationFrame(drawSlice);
}
