/**
 * The push threads of this process: all listen on one port, and the system deals out the connections among them. A connection stays
 * with its thread, and so do the series of its sender.
 *
 *   created ──listen──▶ listening ──drain──▶ stopped
 *
 * A thread that ends by itself ends the process: whoever started it starts it again, and nothing acknowledged is lost.
 */
import { createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { assert, type Clock } from '@tidemark/base';
import { PortTakenError } from '@tidemark/base/http';
import { DISK_LOOK_EVERY_MS, type Service } from '@tidemark/base/service';
import type { LogWriter } from '@tidemark/log';
import type { IngestFeatures } from '../features.ts';
import type { WaitingRoom } from '../publish/waiting-room.ts';
import type { FromThread, ThreadSetup, ToThread } from './messages.ts';
import { PortLogServer } from './port-log.ts';

export interface PushThreadsOptions {
  readonly threads: number;
  readonly host: string;
  readonly port: number;
  readonly mainPort: number;
  readonly mainRoutes: readonly string[];
  readonly features: IngestFeatures;
  readonly log: LogWriter;
  readonly room: WaitingRoom;
  readonly disk: { readonly low: string | null };
  readonly clock: Clock;
  readonly onError: (error: unknown, request: { readonly url?: string | undefined }) => void;
}

export class PushThreads implements Service {
  readonly name = 'push threads';
  readonly #options: PushThreadsOptions;
  readonly #threads: PushThread[] = [];
  readonly #stop = new AbortController();
  #port = 0;

  constructor(options: PushThreadsOptions) {
    this.#options = options;
  }

  /** Throws `PortTakenError` when the port is. */
  async listen(): Promise<void> {
    const { threads, host, port, mainPort, mainRoutes, features, log, room, disk, onError } = this.#options;
    const shared = { host, mainPort, mainRoutes, partitions: log.partitions, features, room: room.memory, diskLow: disk.low };
    await assertFree(host, port);
    this.#port = port;
    try {
      for (let i = 0; i < threads; i++) {
        // The first one finds a port where any will do.
        const thread = new PushThread({ ...shared, port: this.#port }, log, onError);
        this.#threads.push(thread);
        this.#port = await thread.listening;
      }
    } catch (error) {
      await Promise.all(this.#threads.map((thread) => thread.terminate()));
      throw error;
    }
  }

  get address(): { readonly host: string; readonly port: number } {
    return { host: this.#options.host, port: this.#port };
  }

  /** What each thread's registry has, as prom-client aggregates it. */
  metrics(): Promise<object[]> {
    return Promise.all(this.#threads.map((thread) => thread.metrics()));
  }

  async run(signal: AbortSignal): Promise<void> {
    const ended = AbortSignal.any([signal, this.#stop.signal]);
    await Promise.race([this.#watchDisk(ended), ...this.#threads.map((thread) => thread.ended)]);
  }

  async drain(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#threads.map((thread) => thread.drain()));
  }

  async #watchDisk(signal: AbortSignal): Promise<void> {
    const { disk, clock } = this.#options;
    let { low } = disk;
    while (!signal.aborted) {
      await clock.sleep(DISK_LOOK_EVERY_MS, signal);
      if (disk.low === low) continue;
      low = disk.low;
      for (const thread of this.#threads) thread.post({ kind: 'disk', low });
    }
  }
}

/** Listeners that share a port share it with another process that does so as well: only one that does not notices. */
async function assertFree(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? new PortTakenError(host, port) : error));
    server.listen({ host, port }, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}

/** The main thread's side of one thread. */
class PushThread {
  /** Its port. */
  readonly listening: Promise<number>;
  /** Rejects when it has ended without being told to; else it resolves when it has ended. */
  readonly ended: Promise<void>;
  readonly #worker: Worker;
  readonly #metrics = new Map<number, (metrics: object) => void>();
  #nextId = 0;
  #isDraining = false;

  constructor(setup: ThreadSetup, log: LogWriter, onError: PushThreadsOptions['onError']) {
    this.#worker = new Worker(new URL('./push-thread.ts', import.meta.url), { workerData: setup });
    const server = new PortLogServer(log, (message) => this.post(message));
    const listening = Promise.withResolvers<number>();
    const ended = Promise.withResolvers<void>();
    this.#worker.on('message', (message: FromThread) => {
      switch (message.kind) {
        case 'listening':
          return listening.resolve(message.port);
        case 'port_taken':
          this.#isDraining = true;
          return listening.reject(new PortTakenError(setup.host, setup.port));
        case 'append':
          return server.append(message);
        case 'metrics':
          this.#metrics.get(message.id)?.(message.metrics);
          this.#metrics.delete(message.id);
          return;
        case 'failed_request':
          return onError(message.error, { url: message.path });
      }
    });
    const failed = (error: unknown) => {
      listening.reject(error);
      ended.reject(error);
    };
    this.#worker.on('error', failed);
    this.#worker.on('exit', (code) => (this.#isDraining ? ended.resolve() : failed(new Error(`a push thread ended with ${code}`))));
    this.listening = listening.promise;
    this.ended = ended.promise;
    this.ended.catch(() => undefined); // Seen by `run` and `drain`.
  }

  post(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  metrics(): Promise<object> {
    assert(!this.#isDraining, 'a thread that is stopping is not asked');
    return new Promise((resolve) => {
      const id = this.#nextId++;
      this.#metrics.set(id, resolve);
      this.post({ kind: 'metrics', id });
    });
  }

  async drain(): Promise<void> {
    this.#isDraining = true;
    this.post({ kind: 'drain' });
    await this.ended;
  }

  async terminate(): Promise<void> {
    this.#isDraining = true;
    await this.#worker.terminate();
  }
}
