/** A fleet whose series come and go: every slot holds one series at a time, and a share of the slots gets a new one each round. */
import { encodeWriteRequest } from '@tidemark/tests/remote-write';
import { fleetLabels } from '../support/load.ts';

const SERIES_PER_REQUEST = 2000;

export interface Churn {
  /** Series at a time. */
  readonly slots: number;
  /** After so many rounds every slot has been given a new series once. */
  readonly roundsPerLife: number;
}

/** The remote-write bodies of one round: a sample of each series that is alive. Those that have ended say nothing more. */
export function churnBodies({ slots, roundsPerLife }: Churn, round: number, timeMs: number): Uint8Array[] {
  const bodies: Uint8Array[] = [];
  for (let from = 0; from < slots; from += SERIES_PER_REQUEST) {
    const series = Array.from({ length: Math.min(SERIES_PER_REQUEST, slots - from) }, (_, i) => {
      const slot = from + i;
      const age = round + (slot % roundsPerLife);
      const labels = { ...fleetLabels(slot), pod: `web-${slot}-${Math.floor(age / roundsPerLife)}` };
      return { labels, samples: [{ timeMs, value: slot % 2 === 0 ? slot : (age % roundsPerLife) * (1 + (slot % 13)) }] };
    });
    bodies.push(encodeWriteRequest(series));
  }
  return bodies;
}
