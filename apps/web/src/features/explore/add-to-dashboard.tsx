'use client';

import { Button, Popover, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { TextField } from '../../form/text-field.tsx';
import { useTRPC } from '../../lib/trpc.tsx';
import classes from './explore.module.css';
import type { ExploreState } from './explore-state.ts';
import { useAddPanel } from './use-add-panel.ts';

/** The choice of a dashboard that is not there yet. No dashboard has this id. */
const NEW = '+';

export function AddToDashboard({ state, disabled }: { readonly state: ExploreState; readonly disabled: boolean }) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      width={300}
      trapFocus
      shadow="none"
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <Button variant="default" disabled={disabled} onClick={() => setOpened(!opened)}>
          Add to dashboard
        </Button>
      </Popover.Target>
      <Popover.Dropdown>{opened && <AddForm state={state} />}</Popover.Dropdown>
    </Popover>
  );
}

function AddForm({ state }: { readonly state: ExploreState }) {
  const trpc = useTRPC();
  const dashboards = useQuery(trpc.dashboards.list.queryOptions());
  const [chosen, setChosen] = useState<string>(NEW);
  const [dashboardTitle, setDashboardTitle] = useState('');
  const [panelTitle, setPanelTitle] = useState('');
  const add = useAddPanel();
  const options = [
    { value: NEW, label: 'A new dashboard' },
    ...(dashboards.data ?? []).map(({ id, title }) => ({ value: id, label: title })),
  ];
  const ready = chosen !== NEW || dashboardTitle.trim() !== '';

  if (add.data !== undefined) {
    return (
      <p className={classes.quiet}>
        Added. <Link href={`/d/${encodeURIComponent(add.data.id)}`}>Open {add.data.title}</Link>
      </p>
    );
  }
  return (
    <form
      className={classes.addForm}
      onSubmit={(event) => {
        event.preventDefault();
        if (!ready) return;
        const target = chosen === NEW ? { kind: 'new' as const, title: dashboardTitle } : { kind: 'existing' as const, id: chosen };
        add.mutate({ state, panelTitle, target });
      }}
    >
      <Select
        label="Dashboard"
        data={options}
        value={chosen}
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
        onChange={(value) => setChosen(value ?? NEW)}
      />
      {chosen === NEW && <TextField label="Its title" required value={dashboardTitle} onChange={setDashboardTitle} />}
      <TextField label="Title of the panel" placeholder="The expression" value={panelTitle} onChange={setPanelTitle} />
      {add.error !== null && (
        <p role="alert" className={classes.problem}>
          Not added: {add.error.message}
        </p>
      )}
      <Button type="submit" disabled={!ready} loading={add.isPending}>
        Add
      </Button>
    </form>
  );
}
