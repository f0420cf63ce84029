'use client';

import '@mantine/spotlight/styles.css';
import { createSpotlight, Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { mayLeave } from '../lib/may-leave.ts';
import { describeRange } from '../lib/time-range/describe.ts';
import { useTimeRange } from '../lib/time-range/use-time-range.ts';
import { useTRPC } from '../lib/trpc.tsx';
import { setColorScheme } from './color-scheme.ts';
import { PLACES } from './places.ts';
import { PRESETS } from './presets.ts';
import { openKeyboardMap } from './shell-events.ts';

const [store, palette] = createSpotlight();

/** Pages, dashboards, ranges, the theme. */
export function PaletteSpotlight({ wanted }: { wanted: number }) {
  const router = useRouter();
  const time = useTimeRange();
  const dashboards = useQuery(useTRPC().dashboards.list.queryOptions());
  useEffect(() => {
    if (wanted > 0) palette.open();
  }, [wanted]);
  // Mantine marks the first hit as one types, and Enter opens what is marked. Hits that come with the dashboards, later, are marked
  // here, and an Enter that was pressed too early opens the first of them.
  const early = useRef<string | null>(null);
  const onKeyDown = ({ key, nativeEvent }: KeyboardEvent) => {
    if (key === 'Enter' && !nativeEvent.isComposing && dashboards.isPending && marked() === null) early.current = store.getState().query;
  };
  useEffect(() => {
    const { opened, query } = store.getState();
    if (dashboards.data === undefined || !opened || query.trim() === '') return;
    if (marked() === null) markFirst();
    if (query === early.current) marked()?.click();
    early.current = null;
  }, [dashboards.data]);
  const go = (path: string) => {
    if (mayLeave()) router.push(path);
  };

  const actions: SpotlightActionGroupData[] = [
    {
      group: 'Dashboards',
      actions: (dashboards.data ?? []).map(({ id, title, description, tags }) =>
        action(`d ${id}`, title, () => go(`/d/${id}`), description, [...tags]),
      ),
    },
    {
      group: 'Pages',
      actions: [
        ...PLACES.map(({ path, name }) => action(path, name, () => go(path))),
        action('new', 'New dashboard', () => go('/d/new?edit=1')),
        action('keys', 'Keyboard map', openKeyboardMap),
      ],
    },
    {
      group: 'Time range',
      actions: [
        ...PRESETS.map((range) => action(describeRange(range, time.zone), describeRange(range, time.zone), () => time.setRange(range))),
        action('zoom-out', 'Zoom out', time.zoomOut),
        action('utc', time.zone === 'utc' ? 'Show local time' : 'Show UTC', () => time.setZone(time.zone === 'utc' ? 'local' : 'utc')),
      ],
    },
    {
      group: 'Theme',
      actions: [
        action('dark', 'Dark theme', () => setColorScheme('dark')),
        action('light', 'Light theme', () => setColorScheme('light')),
        action('auto', 'Theme as the system', () => setColorScheme('auto')),
      ],
    },
  ];
  return (
    <Spotlight
      store={store}
      actions={actions}
      shortcut={null}
      nothingFound="Nothing of that name."
      searchProps={{ placeholder: 'A dashboard, a page, a range…', size: 'md', onKeyDown }}
      transitionProps={{ duration: 0 }}
      overlayProps={{ blur: 0, backgroundOpacity: 0.45 }}
      scrollable
      maxHeight={420}
      limit={30}
    />
  );
}

function marked(): HTMLElement | null {
  return list()?.querySelector<HTMLElement>('[data-selected]') ?? null;
}

/** As Mantine does it. */
function markFirst(): void {
  list()?.querySelector('[data-action]')?.setAttribute('data-selected', 'true');
  store.setState({ ...store.getState(), selected: 0 });
}

function list(): HTMLElement | null {
  return document.getElementById(store.getState().listId);
}

function action(id: string, label: string, onClick: () => void, description?: string, keywords?: string[]): SpotlightActionData {
  return { id, label, onClick, description: description === '' ? undefined : description, keywords };
}
