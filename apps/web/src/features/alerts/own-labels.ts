import type { LabelSet } from '@tidemark/rpc';

/** The labels of an alert without its rule's name, where that stands beside them. */
export function ownLabels({ alertname: _alertname, ...rest }: LabelSet): LabelSet {
  return rest;
}
