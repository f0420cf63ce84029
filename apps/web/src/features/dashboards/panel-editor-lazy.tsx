'use client';

/** The editor's code is fetched when a panel is first edited. */
import dynamic from 'next/dynamic';

export const PanelEditor = dynamic(() => import('./panel-editor.tsx').then((module) => module.PanelEditor), { ssr: false });
