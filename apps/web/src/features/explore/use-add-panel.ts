'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Dashboard, DashboardDraft } from '@tidemark/rpc';
import { type TidemarkClient, useTRPC, useTRPCClient } from '../../lib/trpc.tsx';
import { newDashboard, panelOf, withPanel } from './dashboard-panel.ts';
import type { ExploreState } from './explore-state.ts';

export interface AddPanelRequest {
  readonly state: ExploreState;
  readonly panelTitle: string;
  readonly target: { readonly kind: 'new'; readonly title: string } | { readonly kind: 'existing'; readonly id: string };
}

/** Puts what Explore shows on a dashboard, and answers with the dashboard as it was saved. */
export function useAddPanel() {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  return useMutation<Dashboard, Error, AddPanelRequest>({
    mutationFn: (request) => addPanel(client, request),
    onSuccess: () => queries.invalidateQueries(trpc.dashboards.pathFilter()),
  });
}

/** A panel is added to whatever the dashboard is by now: somebody else's save in between is no conflict, just another try. */
const TRIES_MAX = 3;

async function addPanel(client: TidemarkClient, { state, panelTitle, target }: AddPanelRequest): Promise<Dashboard> {
  const panel = panelOf(state, `p${Date.now().toString(36)}`, panelTitle);
  for (let tries = 1; ; tries++) {
    const dashboard = await dashboardOf(client, target);
    const result = await client.dashboards.save.mutate(withPanel(dashboard, panel));
    if (result.kind === 'saved') return result.value;
    if (result.kind === 'refused') throw new Error(result.message);
    if (tries === TRIES_MAX) throw new Error('it is being changed by somebody else; try again');
  }
}

async function dashboardOf(client: TidemarkClient, target: AddPanelRequest['target']): Promise<DashboardDraft> {
  if (target.kind === 'new') {
    const rows = await client.dashboards.list.query();
    return newDashboard(target.title, new Set(rows.map((row) => row.id)));
  }
  const dashboard = await client.dashboards.get.query({ id: target.id });
  if (dashboard === null) throw new Error('this dashboard was removed meanwhile');
  return dashboard;
}
