import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Kernels are AssemblyScript, in the `kernel` folder of a workspace, built to its dist/NAME.wasm. An instance has a memory
 * of its own, or one that it shares with others, each in its part of it. It never grows, so that views of it stay valid; one that
 * does says so (`GrowingMemory`).
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

/** Views that were made before it grew stay what they are, of what was there then. */
export interface GrowingMemory {
  readonly buffer: SharedArrayBuffer;
  /** By so many pages; returns how many there were. Throws `RangeError` when there can be no more. */
  grow(pages: number): number;
}

/** `pages` of 64 KiB. */
export function kernelMemory(pages: number): KernelMemory {
  return new WebAssembly.Memory({ initial: pages, maximum: pages }) as KernelMemory;
}

/** Up to 4 GiB. Nobody shares it: but a memory that can be shared keeps its place as it grows, and is none of the collector's business. */
export function growingMemory(pages: number): GrowingMemory {
  return new WebAssembly.Memory({ initial: pages, maximum: PAGES_MAX, shared: true }) as GrowingMemory;
}

const PAGES_MAX = 65_536;

/** With so many pages of its own, or in a memory that it shares. Throws when it has not been built. */
export function loadKernel<Exports>(wasm: URL, pagesOrMemory: number | KernelMemory): Kernel<Exports> {
  const memory = typeof pagesOrMemory === 'number' ? kernelMemory(pagesOrMemory) : pagesOrMemory;
  return { exports: instantiate(wasm, memory), memory: memory.buffer };
}

/** The same in a memory that grows. */
export function loadGrowingKernel<Exports>(wasm: URL, memory: GrowingMemory): Exports {
  return instantiate(wasm, memory);
}

function instantiate<Exports>(wasm: URL, memory: KernelMemory | GrowingMemory): Exports {
  let module = modules.get(wasm.href);
  if (module === undefined) {
    module = new WebAssembly.Module(readKernel(fileURLToPath(wasm)));
    modules.set(wasm.href, module);
  }
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
}

/** Compiled once in a thread. */
const modules = new Map<string, object>();

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
  readonly Memory: new (pages: { readonly initial: number; readonly maximum: number; readonly shared?: boolean }) => object;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};
