export { KERNEL_SAMPLES_MAX, KERNEL_SORTED_MAX, KERNEL_WINDOWS_MAX } from '../limits.ts';
export { type SumRoom, sumRoom } from './sum-room.ts';
export { type WindowAnswers, type WindowPlan, windowKernel } from './window-kernel.ts';
