'use client';

import { Button, NativeSelect, SegmentedControl } from '@mantine/core';
import type { Resolution } from '@tidemark/rpc';
import { useRef } from 'react';
import type { EditorHandle } from '../../editor/promql-editor.tsx';
import { useUrl } from '../../lib/use-url.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { AddToDashboard } from './add-to-dashboard.tsx';
import { ChartResult } from './chart-result.tsx';
import { ExplainResult } from './explain-result.tsx';
import classes from './explore.module.css';
import {
  askedQueries,
  decodeExplore,
  type ExplorePanel,
  type ExploreState,
  type ExploreTab,
  encodeExplore,
  RESOLUTIONS,
} from './explore-state.ts';
import { FirstSteps } from './first-steps.tsx';
import { QueryRows } from './query-rows.tsx';
import { SidePanel } from './side-panel.tsx';
import { TableResult } from './table-result.tsx';
import { useQueryHistory } from './use-query-history.ts';

const PANELS: readonly { readonly panel: ExplorePanel; readonly name: string }[] = [
  { panel: 'metrics', name: 'Metrics' },
  { panel: 'labels', name: 'Labels' },
  { panel: 'history', name: 'History' },
];

const RESOLUTION_NAMES: Readonly<Record<Resolution, string>> = {
  auto: 'Best resolution',
  raw: 'Raw samples',
  '1m': 'Windows of 1m',
  '5m': 'Windows of 5m',
  '1h': 'Windows of 1h',
  '1d': 'Windows of 1d',
};

/** The address is the state; only what is typed and not yet run lives in the rows. */
export function ExplorePage() {
  const { params, write } = useUrl();
  const state = decodeExplore(params);
  const history = useQueryHistory();
  const editor = useRef<EditorHandle | null>(null);
  const editors = useRef(new Map<string, EditorHandle>());
  const show = (next: ExploreState, how: 'push' | 'replace' = 'push') => write((now) => encodeExplore(next, now), how);
  const run = (next: ExploreState) => {
    history.remember(next.queries.map((query) => query.expr));
    show(next);
  };
  const asked = askedQueries(state);

  return (
    <>
      <PageHeader
        title="Explore"
        actions={
          <>
            {PANELS.map(({ panel, name }) => (
              <Button
                key={panel}
                variant={state.panel === panel ? 'light' : 'default'}
                aria-pressed={state.panel === panel}
                onClick={() => show({ ...state, panel: state.panel === panel ? null : panel }, 'replace')}
              >
                {name}
              </Button>
            ))}
            <AddToDashboard state={state} disabled={asked.length === 0} />
          </>
        }
      />
      <div className={classes.columns} data-panel={state.panel ?? undefined}>
        <div className={classes.main}>
          <QueryRows
            state={state}
            onShow={show}
            onRun={run}
            onEditor={(handle) => (editor.current = handle)}
            onHandle={(id, handle) => void (handle === null ? editors.current.delete(id) : editors.current.set(id, handle))}
          />
          {asked.length === 0 ? (
            <FirstSteps onMetrics={() => show({ ...state, panel: 'metrics' }, 'replace')} />
          ) : (
            <>
              <div className={classes.tabs}>
                <SegmentedControl
                  aria-label="Show as"
                  data={[
                    { value: 'chart', label: 'Chart' },
                    { value: 'table', label: 'Table' },
                    { value: 'explain', label: 'Explain' },
                  ]}
                  value={state.tab}
                  onChange={(tab) => show({ ...state, tab: tab as ExploreTab }, 'replace')}
                />
                <NativeSelect
                  size="xs"
                  aria-label="Resolution"
                  title="What the answer is made of: the best by itself, raw samples, or windows of one width"
                  data={RESOLUTIONS.map((value) => ({ value, label: RESOLUTION_NAMES[value] }))}
                  value={state.resolution}
                  onChange={(event) => {
                    const chosen = RESOLUTIONS[event.currentTarget.selectedIndex];
                    show({ ...state, resolution: chosen }, 'replace');
                  }}
                />
              </div>
              {state.tab === 'chart' && <ChartResult key={asked.length} state={state} onRun={run} />}
              {state.tab === 'table' && <TableResult state={state} onRun={run} />}
              {state.tab === 'explain' && <ExplainResult state={state} editorOf={(id) => editors.current.get(id)} />}
            </>
          )}
        </div>
        {state.panel !== null && (
          <SidePanel
            panel={state.panel}
            history={history}
            onInsert={(textAfter) => editor.current?.insert(textAfter)}
            onPast={(expr) => run({ ...state, queries: [{ ...state.queries[0], expr }, ...state.queries.slice(1)] })}
          />
        )}
      </div>
    </>
  );
}
