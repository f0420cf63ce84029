'use client';

import { useEffect } from 'react';

/** Asks before a link or the closing of the tab loses what was typed. */
export function useUnsavedGuard(unsaved: boolean): void {
  useEffect(() => {
    if (!unsaved) return;
    const beforeUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    const click = (event: MouseEvent) => {
      const link = (event.target as Element).closest?.('a[href]');
      const staysHere = event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey;
      if (link === null || link === undefined || staysHere || (link as HTMLAnchorElement).target === '_blank') return;
      if (!window.confirm('Leave without saving? Your changes will be lost.')) {
        event.preventDefault();
        event.stopPropagation();
      }
    };
    window.addEventListener('beforeunload', beforeUnload);
    // While it goes down, before the router sees it.
    document.addEventListener('click', click, true);
    return () => {
      window.removeEventListener('beforeunload', beforeUnload);
      document.removeEventListener('click', click, true);
    };
  }, [unsaved]);
}
