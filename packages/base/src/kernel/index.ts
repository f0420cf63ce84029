export { type Kernel, type KernelConstant, type KernelMemory, kernelMemory, loadKernel } from './load-kernel.ts';
