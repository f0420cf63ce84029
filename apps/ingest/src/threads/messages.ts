/** What the main thread and a push thread say to each other. Each thread's messages arrive in the order in which they were sent. */
import type { AppendResult } from '@tidemark/log';
import type { IngestFeatures } from '../features.ts';

/** What a push thread is started with. */
export interface ThreadSetup {
  readonly host: string;
  readonly port: number;
  /** Of the main thread's own listener on the loopback address, and what it answers there: everything that is no push. */
  readonly mainPort: number;
  readonly mainRoutes: readonly string[];
  readonly partitions: number;
  readonly features: IngestFeatures;
  /** Of the process's `WaitingRoom`. */
  readonly room: SharedArrayBuffer;
  /** Why senders are refused for want of disk; null when they are not. */
  readonly diskLow: string | null;
}

export type FromThread =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'port_taken' }
  /** Records are transferred. Answered by `appended`, in whatever order they become durable. */
  | {
      readonly kind: 'append';
      readonly records: readonly { readonly id: number; readonly partition: number; readonly bytes: Uint8Array }[];
    }
  | { readonly kind: 'metrics'; readonly id: number; readonly metrics: object }
  | { readonly kind: 'failed_request'; readonly path: string | undefined; readonly error: unknown };

export type ToThread =
  | { readonly kind: 'appended'; readonly results: readonly { readonly id: number; readonly result: AppendResult }[] }
  /** `diskLow` has changed. */
  | { readonly kind: 'disk'; readonly low: string | null }
  | { readonly kind: 'metrics'; readonly id: number }
  | { readonly kind: 'drain' };
