import type { MetricType } from '@tidemark/tsdb/model';

/** A metric of the host, named and described as node_exporter does. */
export interface Family {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly labelNames: readonly string[];
}

export interface Reading {
  readonly family: Family;
  /** Beside the family's `labelNames`; an empty value is no label. */
  readonly labelValues: readonly string[];
  readonly value: number;
}

export function counter(name: string, help: string, ...labelNames: string[]): Family {
  return { name, type: 'counter', help, labelNames };
}

export function gauge(name: string, help: string, ...labelNames: string[]): Family {
  return { name, type: 'gauge', help, labelNames };
}

export function untyped(name: string, help: string): Family {
  return { name, type: 'unknown', help, labelNames: [] };
}

export function reading(family: Family, value: number, ...labelValues: string[]): Reading {
  return { family, labelValues, value };
}

/** Families whose names come from the kernel: made once for each key. */
export function familiesByKey(make: (key: string) => Family): (key: string) => Family {
  const made = new Map<string, Family>();
  return (key) => {
    let family = made.get(key);
    if (family === undefined) {
      family = make(key);
      made.set(key, family);
    }
    return family;
  };
}

/** The blank-separated words of each line that has any. */
export function wordsByLine(text: string): string[][] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words[0] !== '');
}
