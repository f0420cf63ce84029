import type { Clock } from '@tidemark/base';
import type { DiscoverySettings, TargetGroup } from '../prometheus-config/job.ts';
import { followFiles } from './files.ts';
import { followHttp } from './http.ts';

/** A source that fails keeps what it last gave, and says why through `warn`. */
export interface DiscoveryPorts {
  readonly clock: Clock;
  readonly warn: (message: string) => void;
}

/**
 * Finds a job's targets and keeps finding them until `signal` aborts. `found` gets the whole list of groups:
 * first when every source has answered or failed once, then each time that something changed.
 */
export async function discover(
  sources: readonly DiscoverySettings[],
  ports: DiscoveryPorts,
  found: (groups: readonly TargetGroup[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const groups: (readonly TargetGroup[] | null)[] = sources.map((source) => (source.kind === 'static' ? source.groups : null));
  const report = () => {
    if (!signal.aborted && !groups.includes(null)) found(groups.flatMap((list) => list ?? []));
  };
  report();
  await Promise.all(
    sources.map(async (source, i) => {
      const update = (list: readonly TargetGroup[]) => {
        groups[i] = list;
        report();
      };
      if (source.kind === 'file') await followFiles(source.patterns, ports, update, signal);
      if (source.kind === 'http') await followHttp(source, ports, update, signal);
    }),
  );
}
