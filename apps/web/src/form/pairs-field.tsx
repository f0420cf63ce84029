'use client';

import { ActionIcon, Button, Textarea } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { Pair } from './pairs.ts';
import classes from './pairs-field.module.css';
import { FIELD_CLASSES, TextField } from './text-field.tsx';

export interface PairsFieldProps {
  readonly label: string;
  readonly hint?: string;
  /** What one row is called: label, annotation. */
  readonly noun: string;
  readonly pairs: readonly Pair[];
  readonly onChange: (pairs: readonly Pair[]) => void;
  readonly problems?: readonly (string | null)[];
  /** Values are sentences: the second column is the wide one. */
  readonly longValues?: boolean;
}

/** Names and values, a row for each, as labels and annotations are written. */
export function PairsField({ label, hint, noun, pairs, onChange, problems, longValues }: PairsFieldProps) {
  const change = (at: number, part: Partial<Pair>) => onChange(pairs.map((pair, i) => (i === at ? { ...pair, ...part } : pair)));
  const valueLabel = (pair: Pair, at: number) => `Value of ${pair.name.trim() === '' ? `${noun} ${at + 1}` : pair.name}`;
  return (
    <fieldset className={classes.pairs} data-long={longValues || undefined}>
      <legend className={classes.legend}>{label}</legend>
      {hint !== undefined && <p className={classes.hint}>{hint}</p>}
      {pairs.map((pair, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; names may be equal or empty while they are typed.
        <div key={at} className={classes.row}>
          <TextField
            bare
            label={`${capital(noun)} ${at + 1}`}
            placeholder="name"
            value={pair.name}
            problem={problems?.[at] ?? undefined}
            onChange={(name) => change(at, { name })}
          />
          {longValues ? (
            <Textarea
              autosize
              minRows={1}
              maxRows={6}
              classNames={FIELD_CLASSES}
              aria-label={valueLabel(pair, at)}
              placeholder="value"
              value={pair.value}
              onChange={(event) => change(at, { value: event.currentTarget.value })}
            />
          ) : (
            <TextField
              bare
              label={valueLabel(pair, at)}
              placeholder="value"
              value={pair.value}
              onChange={(value) => change(at, { value })}
            />
          )}
          <ActionIcon
            size={28}
            variant="subtle"
            color="gray"
            aria-label={`Remove ${noun} ${at + 1}`}
            onClick={() => onChange(pairs.filter((_, i) => i !== at))}
          >
            <IconX size={14} />
          </ActionIcon>
        </div>
      ))}
      <Button
        size="compact-xs"
        variant="subtle"
        leftSection={<IconPlus size={12} />}
        className={classes.add}
        onClick={() => onChange([...pairs, { name: '', value: '' }])}
      >
        Add {noun}
      </Button>
    </fieldset>
  );
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
