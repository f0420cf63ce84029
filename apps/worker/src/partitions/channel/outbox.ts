import type { MessagePort } from 'node:worker_threads';

/** Gathers what is to be sent until the event loop has gone round, and sends it as one message. */
export class Outbox<Message> {
  readonly #port: MessagePort;
  readonly #take: () => Message;
  #transfer: ArrayBuffer[] = [];
  #isDue = false;
  #isClosed = false;

  /** `take` gives what has been gathered and begins anew. */
  constructor(port: MessagePort, take: () => Message) {
    this.#port = port;
    this.#take = take;
  }

  /** Something has been gathered; `buffers` change hands with it. */
  due(buffers: readonly ArrayBuffer[] = []): void {
    this.#transfer.push(...buffers);
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => this.flush());
  }

  flush(): void {
    if (!this.#isDue) return;
    this.#isDue = false;
    const transfer = this.#transfer;
    this.#transfer = [];
    if (!this.#isClosed) this.#port.postMessage(this.#take(), transfer);
  }

  close(): void {
    this.flush();
    this.#isClosed = true;
  }
}
