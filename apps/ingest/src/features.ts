/** What is off by default, in Prometheus' names: each changes which samples or labels are stored. */
export interface IngestFeatures {
  /** A counter or histogram that says when it started gets a 0 there, if nothing of it is known since. */
  readonly startZeros: boolean;
  /** What a source says of a metric's type and unit becomes the labels `__type__` and `__unit__`. */
  readonly typeAndUnit: boolean;
}

const NAMES = { 'created-timestamp-zero-ingestion': 'startZeros', 'type-and-unit-labels': 'typeAndUnit' } as const;

export const FEATURE_NAMES = Object.keys(NAMES) as readonly FeatureName[];

export type FeatureName = keyof typeof NAMES;

export const NO_FEATURES: IngestFeatures = { startZeros: false, typeAndUnit: false };

export function featuresOf(names: readonly FeatureName[]): IngestFeatures {
  const features = { ...NO_FEATURES };
  for (const name of names) features[NAMES[name]] = true;
  return features;
}

export function isFeatureName(name: string): name is FeatureName {
  return Object.hasOwn(NAMES, name);
}
