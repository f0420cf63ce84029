'use client';

/**
 * Asks before unsaved work is left by closing the tab, a link or the back button. Whoever navigates by code asks `mayLeave` first.
 * Moving within the page (its range, an open panel) leaves nothing.
 */
import { useEffect } from 'react';
import { beginUnsaved, endUnsaved, mayLeave } from './may-leave.ts';

export function useUnsavedGuard(unsaved: boolean): void {
  useEffect(() => {
    if (!unsaved) return;
    beginUnsaved();
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    const onClick = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null;
      const elsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || link?.target === '_blank';
      if (link === null || event.defaultPrevented || elsewhere || staysHere(link.href) || mayLeave()) return;
      event.preventDefault();
      event.stopPropagation();
    };
    const onTraverse = (event: NavigateEvent) => {
      if (event.navigationType !== 'traverse' || !event.cancelable || staysHere(event.destination.url) || mayLeave()) return;
      event.preventDefault();
    };
    window.addEventListener('beforeunload', onUnload);
    // While it goes down, before the router sees it.
    document.addEventListener('click', onClick, true);
    // The only way to hold the back button; a browser without it goes back unasked.
    window.navigation?.addEventListener('navigate', onTraverse);
    return () => {
      endUnsaved();
      window.removeEventListener('beforeunload', onUnload);
      document.removeEventListener('click', onClick, true);
      window.navigation?.removeEventListener('navigate', onTraverse);
    };
  }, [unsaved]);
}

function staysHere(href: string): boolean {
  const { origin, pathname } = new URL(href, window.location.href);
  return origin === window.location.origin && pathname === window.location.pathname;
}
