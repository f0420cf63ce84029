import { type KernelMemory, kernelMemory } from '@tidemark/base/kernel';
import { DECODED_VALUES_MAX, KERNEL_SAMPLES_MAX, KERNEL_WINDOWS_MAX } from '../limits.ts';
import { PLAN_NUMBERS } from './window-plan.ts';

/**
 * One memory of a thread's kernels, so that what one has decoded the other looks through where it is:
 *
 *   codec{CODEC_PAGES}  windows{WINDOW_PAGES}  run{RUN_PAGES}  decoded{DECODED_PAGES}  plans{PLANS_PAGES}  sums{SUMS_PAGES}          pages of 64 KiB
 */

/** 3.25 MiB: columns for `CODEC_SAMPLES_MAX` samples, many times. The build of the window kernel begins behind them: package.json. */
export const CODEC_PAGES = 52;

/** 8.9 MiB, of which the machine gives what is used. */
const WINDOW_PAGES = 144;

/** The values of a series, decoded chunk by chunk: as many as the windows are looked at of, and what loops write behind the last. */
export const RUN_AT = (CODEC_PAGES + WINDOW_PAGES) << 16;
const RUN_PAGES = Math.ceil((8 * KERNEL_SAMPLES_MAX) / 65_536) + 1;

/** Where values are kept that were decoded: a position of the run, behind the series that is read now. The machine gives what is used. */
export const DECODED_AT = (RUN_PAGES << 16) / 8;
const DECODED_PAGES = Math.ceil((8 * DECODED_VALUES_MAX) / 65_536);

/** The plans of the windows that queries look through now: sixteen of 16,384 windows, or a thousand of a chart's. */
export const PLANS_AT = RUN_AT + ((RUN_PAGES + DECODED_PAGES) << 16);
export const PLANS_BYTES = 14 * 2 ** 20;

/** A copy of one that had no room there. */
export const PLAN_AT = PLANS_AT + PLANS_BYTES;
const PLAN_BYTES = 8 * PLAN_NUMBERS * KERNEL_WINDOWS_MAX;
const PLANS_PAGES = (PLANS_BYTES + PLAN_BYTES) / 65_536;

/** Sums of the groups that queries form now: half a thousand of a chart's 241 steps. */
export const SUMS_AT = PLANS_AT + (PLANS_PAGES << 16);
export const SUMS_BYTES = 4 * 2 ** 20;
const SUMS_PAGES = SUMS_BYTES / 65_536;

let memory: KernelMemory | null = null;

export function sharedMemory(): KernelMemory {
  memory ??= kernelMemory(CODEC_PAGES + WINDOW_PAGES + RUN_PAGES + DECODED_PAGES + PLANS_PAGES + SUMS_PAGES);
  return memory;
}
