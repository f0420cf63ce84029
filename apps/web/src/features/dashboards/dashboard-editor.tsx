'use client';

import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { DashboardDraft } from '@tidemark/rpc';
import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useReducer, useState } from 'react';
import { mayLeave } from '../../lib/may-leave.ts';
import { useTRPC } from '../../lib/trpc.tsx';
import { useUnsavedGuard } from '../../lib/unsaved-guard.ts';
import { useUrl } from '../../lib/use-url.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { applyEdit, beginEdit, isUnsaved, lastRemoved, type Placement } from './dashboard-edits.ts';
import { DashboardToolbar } from './dashboard-toolbar.tsx';
import { exploreLink, readDashboardView, writeDashboardView } from './dashboard-view.ts';
import styles from './dashboards.module.css';
import { dashboardIdOf, freePanelId, newPanel } from './new-panel.ts';
import { PanelEditor } from './panel-editor-lazy.tsx';
import { PanelGrid } from './panel-grid.tsx';
import type { PanelAction } from './panel-menu.tsx';
import { replacePlaceholders } from './placeholders.ts';

/** A dashboard, looked at or edited: the address says which, the draft is here until it is saved. */
export function DashboardEditor({ saved, builtin }: { saved: DashboardDraft; builtin: boolean }) {
  const { params, write } = useUrl();
  const router = useRouter();
  const view = readDashboardView(new URLSearchParams(params.toString()));
  const [state, edit] = useReducer(applyEdit, saved, beginEdit);
  const unsaved = isUnsaved(state);
  useUnsavedGuard(unsaved);
  const { draft } = state;

  const show = useCallback(
    (panel: string | null, editing = true) => write((now) => writeDashboardView(now, { editing, panel }), 'replace'),
    [write],
  );
  const { save, message, saving } = useSave(draft, (value) => {
    edit({ kind: 'saved', saved: value });
    if (value.id !== saved.id) router.replace(`/d/${value.id}${window.location.search}`);
  });

  // Stable, so that a change in one panel renders that panel alone.
  const onPlaced = useCallback((placements: readonly Placement[]) => edit({ kind: 'panels_placed', placements }), []);
  const onAction = useCallback(
    (id: string, action: PanelAction) => {
      const panel = draft.panels.find((each) => each.id === id);
      if (panel === undefined) return;
      switch (action) {
        case 'edit':
          return show(id);
        case 'explore': {
          const exprs = panel.queries.map(({ expr }) => replacePlaceholders(expr, { stepMs: 30_000, rangeMs: 3_600_000 }));
          if (mayLeave()) router.push(exploreLink(exprs, new URLSearchParams(window.location.search)));
          return;
        }
        case 'duplicate':
          edit({ kind: 'panel_duplicated', id, newId: freePanelId(draft.panels) });
          return show(null);
        case 'copy':
          return void navigator.clipboard.writeText(JSON.stringify(panel, null, 2));
        case 'remove':
          edit({ kind: 'panel_removed', id });
          return show(null);
      }
    },
    [draft.panels, router, show],
  );

  const reset = useReset(saved.id);
  useEffect(() => {
    document.title = `${draft.title} · Tidemark`;
  }, [draft.title]);

  const addPanel = () => {
    const panel = newPanel(freePanelId(draft.panels));
    edit({ kind: 'panel_added', panel });
    show(panel.id);
  };

  useEffect(() => {
    if (!view.editing) return;
    const onKey = (event: KeyboardEvent) => {
      if (!(event.metaKey || event.ctrlKey)) return;
      const typing =
        event.target instanceof HTMLElement && (event.target.isContentEditable || /^(INPUT|TEXTAREA)$/.test(event.target.tagName));
      if (event.key === 's') {
        event.preventDefault();
        save();
      } else if (event.key.toLowerCase() === 'z' && !typing) {
        event.preventDefault();
        edit({ kind: event.shiftKey ? 'redone' : 'undone' });
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [view.editing, save]);

  const removed = unsaved ? lastRemoved(state) : null;
  const edited = view.panel === null ? undefined : draft.panels.find(({ id }) => id === view.panel);
  return (
    <>
      <DashboardToolbar
        state={state}
        editing={view.editing}
        unsaved={unsaved}
        saving={saving}
        edit={edit}
        onSave={save}
        onAddPanel={addPanel}
        onEditing={(editing) => show(null, editing)}
        onReset={builtin && draft.version > 0 ? reset : null}
      />
      {message !== null && (
        <div className={styles.message} role="alert">
          <span>{message}</span>
        </div>
      )}
      {removed !== null && (
        <div className={styles.message} data-kind="notice" role="status">
          <span>“{removed.title}” is removed.</span>
          <Button size="compact-xs" variant="default" onClick={() => edit({ kind: 'undone' })}>
            Undo
          </Button>
        </div>
      )}
      {draft.panels.length === 0 ? (
        <EmptyState title="No panels yet" action={<Button onClick={addPanel}>Add a panel</Button>}>
          A panel shows one or more PromQL expressions as a chart, a figure or a table, or a text of yours.
        </EmptyState>
      ) : (
        <div className={styles.split}>
          <PanelGrid panels={draft.panels} editing={view.editing} selected={view.panel} onPlaced={onPlaced} onAction={onAction} />
          {edited !== undefined && (
            <PanelEditor
              key={edited.id}
              panel={edited}
              onChange={(panel) => edit({ kind: 'panel_changed', panel })}
              onClose={() => show(null)}
            />
          )}
        </div>
      )}
    </>
  );
}

/** Saves the draft as it is at the call. What the server refuses is told in words. */
function useSave(draft: DashboardDraft, onSaved: (value: DashboardDraft) => void) {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const [message, setMessage] = useState<string | null>(null);
  const mutation = useMutation(trpc.dashboards.save.mutationOptions());
  const save = async () => {
    setMessage(null);
    try {
      const isNew = draft.id === 'new';
      const taken = isNew ? (await cache.fetchQuery(trpc.dashboards.list.queryOptions())).map(({ id }) => id) : [];
      const result = await mutation.mutateAsync(isNew ? { ...draft, id: dashboardIdOf(draft.title, taken) } : draft);
      if (result.kind === 'conflict') {
        setMessage(
          `Somebody saved version ${result.version} while you were editing version ${draft.version}. Copy what you need, then load this page again: nothing was overwritten.`,
        );
        return;
      }
      if (result.kind === 'refused') {
        setMessage(result.message);
        return;
      }
      const { id, title, description, tags, panels, version } = result.value;
      onSaved({ id, title, description, tags, panels, version });
      cache.setQueryData(trpc.dashboards.get.queryKey({ id: `${id}` }), result.value);
      await cache.invalidateQueries({ queryKey: trpc.dashboards.list.queryKey() });
    } catch (error) {
      setMessage(`Not saved: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return { save, message, saving: mutation.isPending };
}

/** A built-in dashboard, changed, goes back to how it came. */
function useReset(id: string): () => void {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const remove = useMutation(
    trpc.dashboards.remove.mutationOptions({ onSuccess: () => cache.resetQueries({ queryKey: trpc.dashboards.pathKey() }) }),
  );
  return () => {
    if (window.confirm('Reset this dashboard to how it came with Tidemark? Your changes to it will be lost.')) remove.mutate({ id });
  };
}
