'use client';

import { useEffect } from 'react';

/** Asks before unsaved work is left: by closing the tab, and by following a link of the page. */
export function useUnsavedGuard(unsaved: boolean): void {
  useEffect(() => {
    if (!unsaved) return;
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    const onClick = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
      if (link === null || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey) return;
      const to = new URL((link as HTMLAnchorElement).href);
      if (to.pathname === window.location.pathname && to.origin === window.location.origin) return;
      if (window.confirm('Leave without saving? The changes to this dashboard will be lost.')) return;
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener('beforeunload', onUnload);
    document.addEventListener('click', onClick, true);
    return () => {
      window.removeEventListener('beforeunload', onUnload);
      document.removeEventListener('click', onClick, true);
    };
  }, [unsaved]);
}
