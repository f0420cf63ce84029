import type { RemoteWriteKernel } from '../kernel/remote-write-kernel.ts';

/** A kernel's texts as strings, each made once, so that series share them. */
export class KernelTexts {
  readonly #kernel: RemoteWriteKernel;
  readonly #strings = new Map<number, string | null>();

  constructor(kernel: RemoteWriteKernel) {
    this.#kernel = kernel;
  }

  /** Null when it is no UTF-8. */
  at(address: number): string | null {
    let text = this.#strings.get(address);
    if (text === undefined) {
      text = this.#kernel.text(address);
      this.#strings.set(address, text);
    }
    return text;
  }
}
