'use client';

import { Anchor } from '@mantine/core';
import { EmptyState } from '../../ui/empty-state.tsx';

/** Before anything was asked. */
export function FirstSteps({ onMetrics }: { readonly onMetrics: () => void }) {
  return (
    <EmptyState title="Ask something" snippet={'sum by (mode) (rate(node_cpu_seconds_total[1m]))'}>
      Write a PromQL expression above and press Enter, or choose from{' '}
      <Anchor component="button" type="button" size="sm" onClick={onMetrics}>
        the metrics that there are
      </Anchor>
      . This one shows what the processors of this machine do:
    </EmptyState>
  );
}
