// What a request holds that is counted, not stored.
export let exemplars: u32 = 0;
export let histograms: u32 = 0;

export function beginCounts(): void {
  exemplars = 0;
  histograms = 0;
}

export function countExemplar(): void {
  exemplars++;
}

export function countHistogram(): void {
  histograms++;
}
