'use client';

import { TextInput } from '@mantine/core';
import { formatDuration, parseDuration } from './duration.ts';

export interface DurationFieldProps {
  readonly label: string;
  readonly description?: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly problem?: string;
}

/** A duration as text. Leaving the field writes it the short way: `90s` becomes `1m30s`. */
export function DurationField({ value, onChange, problem, ...rest }: DurationFieldProps) {
  return (
    <TextInput
      {...rest}
      size="xs"
      value={value}
      error={problem}
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={() => {
        const ms = parseDuration(value);
        if (ms !== null && value.trim() !== '') onChange(formatDuration(ms));
      }}
    />
  );
}
