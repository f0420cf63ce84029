export { crc32c } from './crc32c-kernel.ts';
export { type Kernel, type KernelConstant, type KernelMemory, kernelMemory, loadKernel } from './load-kernel.ts';
