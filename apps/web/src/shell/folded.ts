/** Whether the side bar shows icons only: a wish of the reader that is kept, as an attribute that CSS reads. */
const KEY = 'tidemark.nav';

export const FOLDED_SCRIPT = `try{if(localStorage.getItem('${KEY}')==='folded')document.documentElement.dataset.nav='folded'}catch{}`;

export function toggleFolded(): void {
  const { dataset } = document.documentElement;
  if (dataset.nav === 'folded') delete dataset.nav;
  else dataset.nav = 'folded';
  localStorage.setItem(KEY, dataset.nav ?? 'open');
}
