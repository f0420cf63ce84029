'use client';

import { ActionIcon } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowLeft } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { TextField } from '../../form/text-field.tsx';
import { useTRPC } from '../../lib/trpc.tsx';
import { PolledView } from '../../polled/polled-view.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import classes from './side-panel.module.css';

/** Label names, then the values of the one that was chosen; a value writes its matcher at the cursor. */
export function LabelBrowser({ onPick }: { readonly onPick: (label: string, value: string) => void }) {
  const [label, setLabel] = useState<string | null>(null);
  if (label === null) return <Names key="names" onPick={setLabel} />;
  return <Values key={label} label={label} onBack={() => setLabel(null)} onPick={(value) => onPick(label, value)} />;
}

function Names({ onPick }: { readonly onPick: (label: string) => void }) {
  const trpc = useTRPC();
  const { search, setSearch, settled } = useSearch();
  const names = useQuery({
    ...trpc.query.complete.queryOptions({ kind: 'label_name', prefix: settled }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <TextField bare label="Search labels" placeholder="Search labels" value={search} onChange={setSearch} />
      <PolledView query={names} noun="labels">
        {(rows) => <WordList words={rows.map((row) => row.name)} onPick={onPick} />}
      </PolledView>
    </>
  );
}

function Values({
  label,
  onBack,
  onPick,
}: {
  readonly label: string;
  readonly onBack: () => void;
  readonly onPick: (value: string) => void;
}) {
  const trpc = useTRPC();
  const { search, setSearch, settled } = useSearch();
  const values = useQuery({
    ...trpc.query.complete.queryOptions({ kind: 'label_value', prefix: settled, label }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <div className={classes.head}>
        <ActionIcon size={28} variant="subtle" color="gray" aria-label="Back to all labels" onClick={onBack}>
          <IconArrowLeft size={16} />
        </ActionIcon>
        <span className={classes.name}>{label}</span>
      </div>
      <TextField bare label={`Search values of ${label}`} placeholder="Search values" value={search} autoFocus onChange={setSearch} />
      <PolledView query={values} noun="values">
        {(rows) => <WordList words={rows.map((row) => row.name)} onPick={onPick} />}
      </PolledView>
    </>
  );
}

/** What the server sends at most. */
const WORDS_MAX = 100;

function WordList({ words, onPick }: { readonly words: readonly string[]; readonly onPick: (word: string) => void }) {
  if (words.length === 0) {
    return (
      <EmptyState title="Nothing matches" compact>
        Labels come with samples; a shorter search finds more.
      </EmptyState>
    );
  }
  return (
    <div className={classes.list}>
      {words.map((word) => (
        <button key={word} type="button" className={classes.word} title={word} onClick={() => onPick(word)}>
          {word}
        </button>
      ))}
      {words.length >= WORDS_MAX && <p className={classes.more}>The first {WORDS_MAX}; search for others.</p>}
    </div>
  );
}

function useSearch() {
  const [search, setSearch] = useState('');
  const [settled] = useDebouncedValue(search, 150);
  return { search, setSearch, settled };
}
