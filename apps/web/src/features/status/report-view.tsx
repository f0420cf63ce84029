'use client';

import type { StatusReport } from '@tidemark/rpc';
import type { ReactNode } from 'react';
import { type DenseColumn, DenseTable } from '../../table/dense-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Duration, TimeText } from '../../ui/time-text.tsx';
import { ValueText } from '../../ui/value-text.tsx';
import { amounts, EXTENT } from './block-columns.tsx';
import { Section } from './section.tsx';
import { remoteWriteSnippet } from './snippets.ts';
import classes from './status.module.css';

/** A reader that is further behind shows old data as if it were new. */
const LAG_NOTICED_MS = 5000;

export function ReportFigures({ report }: { readonly report: StatusReport }) {
  const { ingestion, head, storage, blocks } = report;
  const lagMs = Math.max(0, ...report.log.map((partition) => partition.lagMs));
  return (
    <>
      <dl className={classes.figures}>
        <Figure
          name="Worker"
          note={
            <>
              up {<Duration ms={report.nowMs - report.startedAtMs} />}, version {report.version}
            </>
          }
        >
          {report.ready === null ? <StateBadge state="ok">Ready</StateBadge> : <StateBadge state="pending">{report.ready}</StateBadge>}
        </Figure>
        <Figure
          name="Ingestion"
          note={
            <>
              <Count value={ingestion.samplesTotal} /> since the start
            </>
          }
        >
          <ValueText value={ingestion.samplesPerSecond} unit="per_second" />
        </Figure>
        <Figure name="Log lag" note={`${report.log.length} partition${report.log.length === 1 ? '' : 's'}`}>
          <span data-noticed={lagMs >= LAG_NOTICED_MS || undefined} className={classes.lag}>
            <Duration ms={lagMs} />
          </span>
        </Figure>
        <Figure
          name="Series in memory"
          note={
            <>
              <Count value={head.samples} /> samples
            </>
          }
        >
          <Count value={head.series} />
        </Figure>
        <Figure name="Blocks" note={<ValueText value={blocks.reduce((sum, block) => sum + block.bytes, 0)} unit="bytes" />}>
          <Count value={blocks.length} />
        </Figure>
        <Figure
          name="Storage used"
          note={
            <>
              <ValueText value={storage.freeBytes} unit="bytes" /> free
            </>
          }
        >
          <ValueText value={storage.usedBytes} unit="bytes" />
        </Figure>
      </dl>
      <Warnings warnings={report.warnings} />
    </>
  );
}

export function ReportDetails({ report }: { readonly report: StatusReport }) {
  const { ingestion, head, storage } = report;
  return (
    <>
      <Section title="Ingestion">
        {ingestion.samplesTotal === 0 && (
          <EmptyState title="No sample has arrived yet" snippet={remoteWriteSnippet(window.location.origin)} compact>
            Point a Prometheus here.
          </EmptyState>
        )}
        {ingestion.refused.length === 0 ? (
          <p className={classes.quiet}>No sample was refused.</p>
        ) : (
          <DenseTable label="Refused samples" columns={REFUSED} rows={ingestion.refused} rowKey={(row) => row.reason} maxHeight="240px" />
        )}
      </Section>
      <Section title="Log" note="Every sample travels it; the worker follows each partition.">
        <DenseTable label="Log partitions" columns={LOG} rows={report.log} rowKey={(row) => String(row.partition)} maxHeight="240px" />
      </Section>
      <Section
        title="Blocks"
        note={
          head.fromMs !== null && head.toMs !== null ? (
            <>
              In memory: <TimeText ms={head.fromMs} /> to <TimeText ms={head.toMs} />
            </>
          ) : undefined
        }
      >
        {report.blocks.length === 0 ? (
          <p className={classes.quiet}>No block yet: what arrived is in memory and in the log. Blocks are written as time passes.</p>
        ) : (
          <DenseTable label="Blocks" columns={BLOCKS} rows={report.blocks} rowKey={(row) => row.id} maxHeight="320px" />
        )}
        {report.quarantined.map((block) => (
          <p key={block.id} className={classes.damage}>
            <StateBadge state="firing">Damaged</StateBadge>
            <span className={classes.mono}>{block.id}</span> {block.reason}. It is set aside and no query reads it.
          </p>
        ))}
      </Section>
      <Section title="Storage">
        <p className={classes.quiet}>
          <span className={classes.mono}>{storage.path}</span>: <ValueText value={storage.usedBytes} unit="bytes" /> used,{' '}
          <ValueText value={storage.freeBytes} unit="bytes" /> free on the disk.
        </p>
        <UsedBar used={storage.usedBytes} free={storage.freeBytes} />
        {report.places.length > 0 && (
          <DenseTable label="Places of older blocks" columns={PLACES} rows={report.places} rowKey={(row) => row.name} maxHeight="240px" />
        )}
      </Section>
    </>
  );
}

function Figure({ name, note, children }: { readonly name: string; readonly note: ReactNode; readonly children: ReactNode }) {
  return (
    <div className={classes.figure}>
      <dt>{name}</dt>
      <dd className={classes.value}>{children}</dd>
      <dd className={classes.dim}>{note}</dd>
    </div>
  );
}

function Count({ value }: { readonly value: number }) {
  return <ValueText value={value} unit="count" />;
}

function Warnings({ warnings }: { readonly warnings: readonly string[] }) {
  if (warnings.length === 0) return null;
  return (
    <Section title="Configuration" note="Read, and not supported yet.">
      <ul className={classes.warnings}>
        {warnings.map((warning) => (
          <li key={warning}>{warning}</li>
        ))}
      </ul>
    </Section>
  );
}

function UsedBar({ used, free }: { readonly used: number; readonly free: number }) {
  const share = used / Math.max(1, used + free);
  return (
    <div className={classes.bar} role="img" aria-label={`${(share * 100).toFixed(1)} % of what the disk could give is used`}>
      <div className={classes.used} style={{ width: `${share * 100}%` }} />
    </div>
  );
}

const offset = (value: number) => <span className={classes.mono}>{value.toLocaleString('en-US')}</span>;

const REFUSED: readonly DenseColumn<StatusReport['ingestion']['refused'][number]>[] = [
  { id: 'reason', head: 'Refused because', cell: (row) => row.reason, sortBy: (row) => row.reason },
  {
    id: 'samples',
    head: 'Samples',
    width: '120px',
    align: 'right',
    cell: (row) => row.samples.toLocaleString('en-US'),
    sortBy: (row) => row.samples,
  },
  { id: 'example', head: 'The last one', cell: (row) => <span className={classes.mono}>{row.example}</span>, sortBy: (row) => row.example },
];

const LOG: readonly DenseColumn<StatusReport['log'][number]>[] = [
  { id: 'partition', head: 'Partition', width: '84px', cell: (row) => row.partition, sortBy: (row) => row.partition },
  { id: 'first', head: 'Begins at', align: 'right', from: 'tablet', cell: (row) => offset(row.first) },
  { id: 'position', head: 'Read to', align: 'right', cell: (row) => offset(row.position) },
  { id: 'end', head: 'Ends at', align: 'right', cell: (row) => offset(row.end) },
  {
    id: 'lag',
    head: 'Lag',
    width: '100px',
    align: 'right',
    cell: (row) => (
      <span className={classes.lag} data-noticed={row.lagMs >= LAG_NOTICED_MS || undefined}>
        <Duration ms={row.lagMs} />
      </span>
    ),
    sortBy: (row) => row.lagMs,
  },
  {
    id: 'damaged',
    head: 'Damaged',
    width: '90px',
    align: 'right',
    cell: (row) => (row.damaged === 0 ? <span className={classes.dim}>0</span> : <StateBadge state="firing">{row.damaged}</StateBadge>),
    sortBy: (row) => row.damaged,
  },
];

const PLACES: readonly DenseColumn<StatusReport['places'][number]>[] = [
  { id: 'name', head: 'Place', width: '110px', cell: (row) => row.name },
  { id: 'where', head: 'Where', from: 'tablet', cell: (row) => <span className={classes.mono}>{row.where}</span> },
  { id: 'blocks', head: 'Blocks', width: '90px', align: 'right', cell: (row) => row.blocks.toLocaleString('en-US') },
  { id: 'bytes', head: 'Size', width: '90px', align: 'right', cell: (row) => <ValueText value={row.bytes} unit="bytes" /> },
  {
    id: 'waiting',
    head: 'Waiting',
    width: '90px',
    align: 'right',
    cell: (row) => (row.waitingBlocks === 0 ? 'none' : <ValueText value={row.waitingBytes} unit="bytes" />),
  },
  {
    id: 'trouble',
    head: 'State',
    cell: (row) => (row.trouble === null ? <StateBadge state="ok">OK</StateBadge> : <StateBadge state="firing">{row.trouble}</StateBadge>),
  },
];

const BLOCKS: readonly DenseColumn<StatusReport['blocks'][number]>[] = [
  { id: 'id', head: 'Block', from: 'tablet', cell: (row) => <span className={classes.mono}>{row.id}</span> },
  ...EXTENT,
  ...amounts('Size'),
];
