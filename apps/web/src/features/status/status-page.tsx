'use client';

import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../lib/trpc.tsx';
import { PolledView } from '../../polled/polled-view.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { ReportDetails, ReportFigures } from './report-view.tsx';
import { RetentionView } from './retention-view.tsx';
import { Section } from './section.tsx';
import { TargetList } from './target-list.tsx';

/** Often enough to see things move, seldom enough to cost nothing. */
const REFRESH_MS = 2000;

/** It moves by blocks of hours, and looks into their indexes. */
const RETENTION_REFRESH_MS = 60_000;
const RETENTION_WITHIN_MS = 86_400_000;

export function StatusPage() {
  const trpc = useTRPC();
  const report = useQuery({ ...trpc.status.report.queryOptions(), refetchInterval: REFRESH_MS });
  const targets = useQuery({ ...trpc.status.targets.queryOptions(), refetchInterval: REFRESH_MS });
  const retention = useQuery({
    ...trpc.status.retention.queryOptions({ withinMs: RETENTION_WITHIN_MS }),
    refetchInterval: RETENTION_REFRESH_MS,
  });
  return (
    <>
      <PageHeader title="Status" subtitle="What Tidemark collects, keeps and uses. Refreshed every two seconds." />
      <PolledView query={report} noun="status">
        {(data) => <ReportFigures report={data} />}
      </PolledView>
      <Section title="Targets">
        <PolledView query={targets} noun="targets">
          {(data) => <TargetList targets={data} />}
        </PolledView>
      </Section>
      {report.data !== undefined && <ReportDetails report={report.data} />}
      <Section title="Retention" note="What goes within a day.">
        <PolledView query={retention} noun="retention">
          {(data) => <RetentionView plan={data} />}
        </PolledView>
      </Section>
    </>
  );
}
