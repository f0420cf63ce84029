export { type Kernel, type KernelConstant, loadKernel } from './load-kernel.ts';
