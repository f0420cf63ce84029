import { createHash } from 'node:crypto';
import type { Millis } from '@tidemark/base';
import type { Labels } from '../model/labels.ts';
import { type InstanceState, step, type Timing } from './transition.ts';

/**
 * The instances of one rule: what its expression gives becomes observations, one for each set of labels, and each
 * evaluation moves every instance one step. Pure: the caller evaluates, stores and notifies.
 */
export interface Observation {
  /** As they will be sent: the rule's labels and `alertname` included. */
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, string>>;
  readonly value: number;
}

/** An instance with the last that was observed of it. */
export interface AlertInstance extends Observation {
  readonly fingerprint: string;
  readonly life: InstanceState;
  /** The newest sample behind its last observation, or behind its end. */
  readonly sampleAtMs: Millis;
}

/** When the rule was evaluated, and the newest sample that the evaluation saw. */
export interface EvaluationTime {
  readonly atMs: Millis;
  readonly sampleAtMs: Millis;
}

export interface Transition {
  readonly instance: AlertInstance;
  readonly from: InstanceState['state'] | 'inactive';
  readonly to: InstanceState['state'] | 'inactive';
}

export type Instances = ReadonlyMap<string, AlertInstance>;

export interface Advance {
  readonly instances: Instances;
  /** Moves from one state to another; a resolved instance that is forgotten makes none. */
  readonly transitions: readonly Transition[];
  /** Instances whose life changed, to be stored; the others differ in what was observed at most. */
  readonly changed: readonly AlertInstance[];
  readonly forgotten: readonly AlertInstance[];
}

export type Observations =
  | { readonly kind: 'observations'; readonly byFingerprint: ReadonlyMap<string, Observation> }
  /** Two results with the same labels would be one instance: the rule's labels hide what tells them apart. */
  | { readonly kind: 'duplicate'; readonly labels: Labels };

export const NO_INSTANCES: Instances = new Map();

export function observationsOf(observed: readonly Observation[]): Observations {
  const byFingerprint = new Map<string, Observation>();
  for (const observation of observed) {
    const fingerprint = fingerprintOf(observation.labels);
    if (byFingerprint.has(fingerprint)) return { kind: 'duplicate', labels: observation.labels };
    byFingerprint.set(fingerprint, observation);
  }
  return { kind: 'observations', byFingerprint };
}

/** One evaluation. */
export function advance(was: Instances, observed: ReadonlyMap<string, Observation>, timing: Timing, time: EvaluationTime): Advance {
  if (was.size === 0 && observed.size === 0) return NOTHING; // Fast path: most rules, most of the time.
  const instances = new Map<string, AlertInstance>();
  const transitions: Transition[] = [];
  const changed: AlertInstance[] = [];
  const forgotten: AlertInstance[] = [];

  const move = (fingerprint: string, before: AlertInstance | undefined, seen: Observation | undefined) => {
    const life = step(before?.life ?? null, seen !== undefined, timing, time.atMs);
    const latest = (seen ?? before) as Observation;
    if (life === null) {
      const gone = before as AlertInstance;
      forgotten.push(gone);
      if (gone.life.state !== 'resolved') transitions.push({ instance: gone, from: gone.life.state, to: 'inactive' });
      return;
    }
    const after = seen === undefined && life === before?.life ? before : instanceOf(fingerprint, latest, life, time.sampleAtMs);
    instances.set(fingerprint, after);
    if (life === before?.life) return;
    changed.push(after);
    const from = before?.life.state ?? 'inactive';
    if (from !== life.state) transitions.push({ instance: after, from, to: life.state });
  };
  for (const [fingerprint, before] of was) move(fingerprint, before, observed.get(fingerprint));
  for (const [fingerprint, seen] of observed) if (!was.has(fingerprint)) move(fingerprint, undefined, seen);
  return { instances, transitions, changed, forgotten };
}

const NOTHING: Advance = { instances: NO_INSTANCES, transitions: [], changed: [], forgotten: [] };

function instanceOf(
  fingerprint: string,
  { labels, annotations, value }: Observation,
  life: InstanceState,
  sampleAtMs: Millis,
): AlertInstance {
  return { fingerprint, labels, annotations, value, sampleAtMs, life };
}

/** 64 bits of the labels, the same on every machine and after every restart. */
export function fingerprintOf(labels: Labels): string {
  return createHash('sha256').update(labels.key).digest('hex').slice(0, 16);
}
