'use client';

import { Button } from '@mantine/core';
import type { AlertRow } from '@tidemark/rpc';
import Link from 'next/link';
import { useMemo, useState } from 'react';
import { type DenseColumn, DenseTable } from '../../table/dense-table.tsx';
import { LabelPills } from '../../ui/label-pills.tsx';
import { TimeText } from '../../ui/time-text.tsx';
import { ValueText } from '../../ui/value-text.tsx';
import { AlertStateBadge } from './alert-state-badge.tsx';
import classes from './alerts.module.css';
import { ALERT_STATES, type AlertGroup } from './group-alerts.ts';
import { ownLabels } from './own-labels.ts';

export interface AlertGroupViewProps {
  readonly group: AlertGroup;
  /** A label was clicked: look for it. */
  readonly onPick: (name: string, value: string) => void;
}

/** The worst and oldest of a rule say what is wrong; the rest is a click away. */
const ROWS_SHOWN = 10;

/** The alerts of one rule. */
export function AlertGroupView({ group, onPick }: AlertGroupViewProps) {
  const [all, setAll] = useState(false);
  const rows = useMemo(() => (all ? group.alerts : group.alerts.slice(0, ROWS_SHOWN)), [group.alerts, all]);
  const columns = useMemo(() => columnsOf(onPick), [onPick]);
  return (
    <section className={classes.group}>
      <h2 className={classes.rule}>
        <Link href={`/rules/${encodeURIComponent(group.ruleId)}`} className={classes.link}>
          {group.ruleName}
        </Link>
        <span className={classes.note}>
          {group.alerts.length} {group.alerts.length === 1 ? 'alert' : 'alerts'}
        </span>
        <Link href={`/alerts/history?rule=${encodeURIComponent(group.ruleId)}`} className={classes.note}>
          history
        </Link>
      </h2>
      <DenseTable
        label={`Alerts of ${group.ruleName}`}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.fingerprint}
        maxHeight={all ? '70dvh' : 'none'}
      />
      {rows.length < group.alerts.length && (
        <Button variant="subtle" size="compact-xs" mt={4} onClick={() => setAll(true)}>
          Show all {group.alerts.length} alerts
        </Button>
      )}
    </section>
  );
}

function columnsOf(onPick: AlertGroupViewProps['onPick']): readonly DenseColumn<AlertRow>[] {
  return [
    {
      id: 'state',
      head: 'State',
      width: '92px',
      cell: (alert) => <AlertStateBadge state={alert.state} />,
      sortBy: (alert) => ALERT_STATES.indexOf(alert.state),
    },
    {
      id: 'labels',
      head: 'Alert',
      cell: (alert) => (
        <>
          <LabelPills labels={ownLabels(alert.labels)} onPick={onPick} />
          {Object.entries(alert.annotations).map(([name, text]) => (
            <div key={name} className={classes.annotation}>
              {name !== 'summary' && <span className={classes.dim}>{name} </span>}
              <AnnotationText text={text} />
            </div>
          ))}
          <div className={classes.narrowOnly}>
            <TimeText ms={sinceMs(alert)} relative />
          </div>
        </>
      ),
    },
    {
      id: 'value',
      head: 'Value',
      width: '90px',
      align: 'right',
      cell: (alert) => <ValueText value={alert.value} />,
      sortBy: (alert) => alert.value,
    },
    {
      id: 'since',
      head: 'Since',
      width: '270px',
      from: 'tablet',
      cell: (alert) => <TimeText ms={sinceMs(alert)} relative />,
      sortBy: sinceMs,
    },
  ];
}

/** Since when it is what it is now. */
function sinceMs(alert: AlertRow): number {
  switch (alert.state) {
    case 'pending':
      return alert.activeSinceMs;
    case 'firing':
      return alert.firingSinceMs ?? alert.activeSinceMs;
    case 'resolved':
      return alert.resolvedAtMs ?? alert.activeSinceMs;
  }
}

/** Runbooks and dashboards are links. */
function AnnotationText({ text }: { readonly text: string }) {
  if (!/^https?:\/\/\S+$/.test(text)) return text;
  return (
    <a href={text} target="_blank" rel="noreferrer">
      {text}
    </a>
  );
}
