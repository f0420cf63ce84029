'use client';

import type { UseQueryResult } from '@tanstack/react-query';
import type { RulePreview } from '@tidemark/rpc';
import { failureOf, type RequestError } from '../../polled/failure.ts';
import { type DenseColumn, DenseTable } from '../../table/dense-table.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LabelPills } from '../../ui/label-pills.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { ValueText } from '../../ui/value-text.tsx';
import classes from './rule-editor.module.css';

export interface RulePreviewPanelProps {
  readonly preview: UseQueryResult<RulePreview, RequestError>;
  readonly blank: boolean;
}

/** What the rule would say now, in the words that would be sent. */
export function RulePreviewPanel({ preview, blank }: RulePreviewPanelProps) {
  return (
    <section>
      <h2 className={classes.label}>Now</h2>
      {blank ? <p className={classes.hint}>What would fire now stands here, with its message.</p> : <Outcome preview={preview} />}
    </section>
  );
}

function Outcome({ preview: { data, error } }: Pick<RulePreviewPanelProps, 'preview'>) {
  if (data === undefined) {
    if (error === null) return <p className={classes.hint}>Evaluating…</p>;
    return <ErrorState {...failureOf(error, 'preview')} compact />;
  }
  if (data.kind === 'problem') return <ErrorState title="It cannot be evaluated" message={data.problem.message} compact />;
  if (data.total === 0) {
    return (
      <p className={classes.quiet}>
        <StateBadge state="ok">Nothing would fire.</StateBadge>
      </p>
    );
  }
  return (
    <>
      <p className={classes.quiet}>
        <StateBadge state="firing">
          {data.total} {data.total === 1 ? 'series fulfils it' : 'series fulfil it'}
        </StateBadge>
        {data.total > data.instances.length && <span className={classes.hint}> The first {data.instances.length}:</span>}
      </p>
      <DenseTable
        label="Series that fulfil the rule now"
        columns={COLUMNS}
        rows={data.instances}
        rowKey={(row) => JSON.stringify(row.labels)}
        maxHeight="300px"
      />
    </>
  );
}

const COLUMNS: readonly DenseColumn<Extract<RulePreview, { kind: 'preview' }>['instances'][number]>[] = [
  { id: 'labels', head: 'Labels', cell: (row) => <LabelPills labels={row.labels} /> },
  {
    id: 'annotations',
    head: 'Message',
    from: 'tablet',
    cell: (row) =>
      Object.entries(row.annotations).map(([name, text]) => (
        <div key={name} className={classes.annotation}>
          <span className={classes.hint}>{name} </span>
          {text}
        </div>
      )),
  },
  { id: 'value', head: 'Value', width: '90px', align: 'right', cell: (row) => <ValueText value={row.value} />, sortBy: (row) => row.value },
];
