export { crc32c } from './crc32c-kernel.ts';
export {
  type GrowingMemory,
  growingMemory,
  type Kernel,
  type KernelConstant,
  type KernelMemory,
  kernelMemory,
  loadGrowingKernel,
  loadKernel,
} from './load-kernel.ts';
export { type Openings, openingsOf, POINT_TEXTS_MAX, pointTexts } from './point-texts.ts';
