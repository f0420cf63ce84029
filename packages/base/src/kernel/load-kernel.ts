import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Kernels are AssemblyScript, in the `kernel` folder of a workspace, built to its dist/NAME.wasm. An instance has a memory
 * of its own, or one that it shares with others, each in its part of it. It never grows: views of it stay valid.
 */
export interface Kernel<Exports> {
  readonly exports: Exports;
  readonly memory: ArrayBuffer;
}

/** A constant that a kernel exports: an address, mostly. */
export interface KernelConstant {
  readonly value: number;
}

export interface KernelMemory {
  readonly buffer: ArrayBuffer;
}

/** `pages` of 64 KiB. */
export function kernelMemory(pages: number): KernelMemory {
  return new WebAssembly.Memory({ initial: pages, maximum: pages });
}

/** With so many pages of its own, or in a memory that it shares. Throws when it has not been built. */
export function loadKernel<Exports>(wasm: URL, pagesOrMemory: number | KernelMemory): Kernel<Exports> {
  const memory = typeof pagesOrMemory === 'number' ? kernelMemory(pagesOrMemory) : pagesOrMemory;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readKernel(fileURLToPath(wasm))), { env: { memory } });
  return { exports: exports as Exports, memory: memory.buffer };
}

function readKernel(path: string): Buffer<ArrayBuffer> {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(`${path} is missing: run \`npx turbo run build\`, as npm start and npm test do by themselves`);
  }
}

/** What is used of the global that Node has and its type definitions leave out. */
declare const WebAssembly: {
  readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => KernelMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};
