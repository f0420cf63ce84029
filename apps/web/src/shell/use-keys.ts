'use client';

import { useEffect, useRef } from 'react';
import { nextKey, SEQUENCE_TIMEOUT_MS } from './key-sequences.ts';

/** Listens for key sequences on the whole page, except where text is being typed. */
export function useKeys(actions: Readonly<Record<string, () => void>>): void {
  const current = useRef(actions);
  useEffect(() => {
    current.current = actions;
  });
  useEffect(() => {
    let typed = '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      const step = nextKey(typed, event.key, Object.keys(current.current));
      clearTimeout(timer);
      typed = step.kind === 'wait' ? step.typed : '';
      if (step.kind === 'wait') {
        timer = setTimeout(() => {
          typed = '';
        }, SEQUENCE_TIMEOUT_MS);
      }
      if (step.kind === 'run') {
        event.preventDefault();
        current.current[step.sequence]();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('keydown', onKey);
    };
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
