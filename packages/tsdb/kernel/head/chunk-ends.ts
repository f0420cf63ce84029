// Where chunks end: as the host's limits say.

/** Samples of a chunk: whole blocks, up to `CHUNK_SAMPLES_MAX`. */
export let chunkSamples: u32 = 0;

/** One of so many may end when it spans this much. */
export let slowSamples: u32 = 0;
export let slowMs: u32 = 0;

export function setChunkEnds(samples: u32, samplesWhenSlow: u32, slowFromMs: u32): void {
  chunkSamples = samples;
  slowSamples = samplesWhenSlow;
  slowMs = slowFromMs;
}
