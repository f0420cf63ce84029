'use client';

import { useEffect, useState } from 'react';

/** The moment that a table is about: the end of the range, and while live each whole second. */
export function useInstant(endMs: number, live: boolean): number {
  const [nowMs, setNowMs] = useState(0);
  useEffect(() => {
    if (!live) return;
    const tick = () => setNowMs(Math.floor(Date.now() / 1000) * 1000);
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [live]);
  return live ? Math.max(nowMs, endMs) : endMs;
}
