export {
  type Advance,
  type AlertInstance,
  advance,
  type EvaluationTime,
  fingerprintOf,
  type Instances,
  NO_INSTANCES,
  type Observation,
  type Observations,
  observationsOf,
  type Transition,
} from './instances.ts';
export { RESOLVED_KEPT_MS } from './limits.ts';
export { type InstanceState, step, type Timing } from './transition.ts';
