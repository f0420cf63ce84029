'use client';

/** The editor's code is fetched when a panel is first edited. */
import { lazy, Suspense } from 'react';
import type { PanelEditorProps } from './panel-editor.tsx';

const Lazy = lazy(() => import('./panel-editor.tsx').then((module) => ({ default: module.PanelEditor })));

export function PanelEditor(props: PanelEditorProps) {
  return (
    <Suspense>
      <Lazy {...props} />
    </Suspense>
  );
}
