export { KERNEL_SAMPLES_MAX, KERNEL_SORTED_MAX, KERNEL_WINDOWS_MAX } from '../limits.ts';
export type { PackedValues } from './packed-values.ts';
export { planRoom, sumRoom } from './room.ts';
export { type Resets, type WindowAnswers, windowKernel } from './window-kernel.ts';
export { newWindowPlan, PLAN_NUMBERS, type WindowPlan } from './window-plan.ts';
