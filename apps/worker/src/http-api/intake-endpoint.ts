import type { Clock, Millis } from '@tidemark/base';
import type { GroupClient } from '../partitions/group-client.ts';
import { sumTallies } from '../status/sample-tally.ts';
import { answer, type Endpoint } from './endpoint.ts';

export interface IntakeOptions {
  readonly clock: Clock;
  readonly groups: readonly Pick<GroupClient, 'report' | 'partitions'>[];
  /** How far back a tenant's samples are taken. */
  readonly takenMs: (tenant: string) => Millis;
}

/** `/api/v1/status/intake`: whether the worker has taken in what was acknowledged, and has room for more. For whoever sends much of old. */
export function intakeEndpoint({ clock, groups, takenMs }: IntakeOptions): Endpoint {
  return async ({ tenant }) => {
    // So that what was acknowledged before the question counts.
    await Promise.all(groups.flatMap((group) => group.partitions.map((partition) => partition.probe())));
    const reports = await Promise.all(groups.map((group) => group.report()));
    const partitions = reports.flatMap((report) => report.partitions);
    return answer({
      takenFromMs: clock.now() - Math.min(takenMs(tenant), clock.now()),
      waitingRecords: Math.max(0, ...partitions.map(({ status }) => status.end - status.position)),
      memoryPart: Math.max(0, ...partitions.map(({ stats }) => stats.headBytes / stats.headBytesMax)),
      refused: sumTallies(reports.map(({ tally }) => tally)).refused,
    });
  };
}
