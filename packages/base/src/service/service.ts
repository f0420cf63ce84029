/**
 * A long-lived part of a process. `main.ts` wires services, runs them, and drains them in reverse order.
 *
 *   created ──run──▶ running ──drain──▶ stopped
 */
export interface Service {
  readonly name: string;
  /** Runs until `signal` aborts or the service fails; rejects only on failure. Ready when `ready()` says so. */
  run(signal: AbortSignal): Promise<void>;
  /** Finishes what was accepted (open requests, waiting batches) and frees what is held. Called once, after `run` ended or while it runs. */
  drain(): Promise<void>;
  /** Null when ready, otherwise what is being waited for, in words for `/-/ready`. */
  notReady?(): string | null;
}
