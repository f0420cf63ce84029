'use client';

import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { MetricRow } from '@tidemark/rpc';
import { useRef, useState } from 'react';
import { TextField } from '../../form/text-field.tsx';
import { useTRPC } from '../../lib/trpc.tsx';
import { PolledView } from '../../polled/polled-view.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import classes from './side-panel.module.css';

/** Every metric with its type and help; a click writes its name at the cursor. */
export function MetricBrowser({ onPick }: { readonly onPick: (name: string) => void }) {
  const trpc = useTRPC();
  const [search, setSearch] = useState('');
  const [settled] = useDebouncedValue(search, 150);
  const metrics = useQuery({ ...trpc.query.metrics.queryOptions({ search: settled }), placeholderData: keepPreviousData });
  return (
    <>
      <TextField bare label="Search metrics" placeholder="Search metrics" value={search} onChange={setSearch} />
      <PolledView query={metrics} noun="metrics">
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState title={settled === '' ? 'No metric yet' : 'No metric matches'} compact>
              {settled === '' ? 'As soon as samples arrive, their names stand here.' : `Nothing has “${settled}” in its name or help.`}
            </EmptyState>
          ) : (
            <MetricList rows={rows} onPick={onPick} />
          )
        }
      </PolledView>
    </>
  );
}

function MetricList({ rows, onPick }: { readonly rows: readonly MetricRow[]; readonly onPick: (name: string) => void }) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => 44, overscan: 8 });
  return (
    <div ref={scroller} className={classes.list}>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const { name, type, help, unit } = rows[item.index];
          return (
            <button
              key={name}
              type="button"
              className={classes.item}
              style={{ transform: `translateY(${item.start}px)`, height: item.size }}
              title={`${name}\n${help}`}
              onClick={() => onPick(name)}
            >
              <span className={classes.name}>{name}</span>
              <span className={classes.about}>
                {[type, unit].filter(Boolean).join(', ')}
                {help !== '' && ` · ${help}`}
              </span>
            </button>
          );
        })}
      </div>
    </div>
  );
}
