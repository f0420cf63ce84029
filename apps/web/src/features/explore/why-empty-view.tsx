'use client';

import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTRPCClient } from '../../lib/trpc.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import classes from './explore.module.css';
import { type ExploreState, withExpr } from './explore-state.ts';
import { type EmptyReason, whyEmpty, withName } from './why-empty.ts';

export interface WhyEmptyProps {
  readonly id: string;
  readonly expr: string;
  readonly state: ExploreState;
  readonly onRun: (state: ExploreState) => void;
}

/** Nothing came back: what is not there, and what is. */
export function WhyEmpty({ id, expr, state, onRun }: WhyEmptyProps) {
  const client = useTRPCClient();
  const reasons = useQuery({
    queryKey: ['why-empty', expr],
    queryFn: async () => {
      // The grammar comes with the editor's chunk.
      const { selectorsIn } = await import('../../editor/expression.ts');
      return whyEmpty(selectorsIn(expr), {
        complete: (request) => client.query.complete.query(request),
        metrics: (search) => client.query.metrics.query({ search }),
      });
    },
    staleTime: 30_000,
  });
  const fix = (is: string, was: string) => onRun(withExpr(state, id, withName(expr, was, is)));
  return (
    <EmptyState title={`${id} gives nothing`} compact>
      {reasons.data?.map((reason) => (
        <Reason key={JSON.stringify(reason)} reason={reason} onFix={fix} />
      ))}
      {reasons.data?.length === 0 &&
        'Its metrics and labels exist. Either no sample lies in this range, or a comparison or a match leaves nothing.'}
    </EmptyState>
  );
}

function Reason({ reason, onFix }: { readonly reason: EmptyReason; readonly onFix: (is: string, was: string) => void }) {
  switch (reason.kind) {
    case 'unknown_metric':
      return (
        <p className={classes.reason}>
          There is no metric <code>{reason.metric}</code>.{reason.near.length > 0 && ' Did you mean '}
          {reason.near.map((name, at) => (
            <span key={name}>
              {at > 0 && ', '}
              <Anchor component="button" type="button" className={classes.code} onClick={() => onFix(name, reason.metric)}>
                {name}
              </Anchor>
            </span>
          ))}
          {reason.near.length > 0 && '?'}
        </p>
      );
    case 'unknown_label':
      return (
        <p className={classes.reason}>
          <code>{reason.metric}</code> has no label <code>{reason.label}</code>. It has: <code>{reason.known.join(', ')}</code>
        </p>
      );
    case 'unknown_value':
      return (
        <p className={classes.reason}>
          No series{reason.metric !== '' && ' of '}
          {reason.metric !== '' && <code>{reason.metric}</code>} has{' '}
          <code>
            {reason.label}="{reason.value}"
          </code>
          . There are: <code>{reason.known.join(', ')}</code>
        </p>
      );
  }
}
