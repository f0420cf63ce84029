'use client';

import { TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import classes from './filter-bar.module.css';
import type { ListFilter } from './list-filter.ts';

export interface FilterBarProps<State extends string> {
  /** What is searched, for the field's placeholder. */
  readonly placeholder: string;
  readonly filter: ListFilter<State>;
  readonly onChange: (filter: ListFilter<State>) => void;
  readonly states: readonly { readonly state: State; readonly badge: ReactNode; readonly count: number }[];
  readonly children?: ReactNode;
}

/** The search and the states above a list; `/` goes to the search. A state that is chosen again is let go. */
export function FilterBar<State extends string>({ placeholder, filter, onChange, states, children }: FilterBarProps<State>) {
  const search = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => search.current?.focus()]]);
  // The address follows the keys a little later; what is being typed is never taken back by it.
  const [typed, setTyped] = useState(filter.find);
  useEffect(() => {
    if (document.activeElement !== search.current) setTyped(filter.find);
  }, [filter.find]);
  return (
    <div className={classes.bar}>
      <TextInput
        ref={search}
        className={classes.search}
        leftSection={<IconSearch size={14} />}
        placeholder={placeholder}
        aria-label={placeholder}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          onChange({ ...filter, find: event.currentTarget.value });
        }}
      />
      <div className={classes.states}>
        {states.map(({ state, badge, count }) => (
          <button
            key={state}
            type="button"
            className={classes.state}
            aria-pressed={filter.state === state}
            onClick={() => onChange({ ...filter, state: filter.state === state ? null : state })}
          >
            {badge}
            <span className={classes.count}>{count.toLocaleString('en-US')}</span>
          </button>
        ))}
      </div>
      {children}
    </div>
  );
}
