import { NAV_KEY } from './first-paint.ts';

/** Folds the side bar to its icons, or unfolds it: an attribute that CSS reads. */
export function toggleFolded(): void {
  const { dataset } = document.documentElement;
  if (dataset.nav === 'folded') delete dataset.nav;
  else dataset.nav = 'folded';
  localStorage.setItem(NAV_KEY, dataset.nav ?? 'open');
}
