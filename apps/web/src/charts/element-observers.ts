/** One ResizeObserver and one IntersectionObserver for the whole page. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

const sizeListeners = new WeakMap<Element, (size: Size) => void>();
const sightListeners = new WeakMap<Element, (visible: boolean) => void>();
let sizes: ResizeObserver | null = null;
let sights: IntersectionObserver | null = null;

export function observeSize(element: Element, listener: (size: Size) => void): () => void {
  sizes ??= new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) sizeListeners.get(target)?.({ width: contentRect.width, height: contentRect.height });
  });
  sizeListeners.set(element, listener);
  sizes.observe(element);
  return () => {
    sizeListeners.delete(element);
    sizes?.unobserve(element);
  };
}

/** Tells whether the element is within or just outside of the window. */
export function observeSight(element: Element, listener: (visible: boolean) => void): () => void {
  sights ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) sightListeners.get(target)?.(isIntersecting);
    },
    { rootMargin: '100px' },
  );
  sightListeners.set(element, listener);
  sights.observe(element);
  return () => {
    sightListeners.delete(element);
    sights?.unobserve(element);
  };
}
