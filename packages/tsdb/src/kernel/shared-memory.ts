import { type KernelMemory, kernelMemory } from '@tidemark/base/kernel';

/**
 * One memory of a thread's kernels, so that what one has decoded the other looks through where it is:
 *
 *   codec{CODEC_PAGES}  windows{WINDOW_PAGES}          pages of 64 KiB
 */

/** 3.25 MiB: columns for `CODEC_SAMPLES_MAX` samples, many times. The build of the window kernel begins behind them: package.json. */
export const CODEC_PAGES = 52;

/** 4.9 MiB, of which the machine gives what is used. */
const WINDOW_PAGES = 79;

let memory: KernelMemory | null = null;

export function sharedMemory(): KernelMemory {
  memory ??= kernelMemory(CODEC_PAGES + WINDOW_PAGES);
  return memory;
}
