export { crc32c } from './crc32c-kernel.ts';
export { type Kernel, type KernelConstant, type KernelMemory, kernelMemory, loadKernel } from './load-kernel.ts';
export { type Openings, openingsOf, POINT_TEXTS_MAX, pointTexts } from './point-texts.ts';
