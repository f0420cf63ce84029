'use client';

import { TextInput } from '@mantine/core';
import type { Ref } from 'react';
import classes from './field.module.css';

export interface TextFieldProps {
  readonly label: string;
  readonly description?: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onBlur?: () => void;
  readonly problem?: string;
  readonly required?: boolean;
  readonly autoFocus?: boolean;
  /** For what is written in a language: labels, matchers. */
  readonly mono?: boolean;
  /** The label is only for screen readers; the placeholder says it to the others. */
  readonly bare?: boolean;
  readonly ref?: Ref<HTMLInputElement>;
}

/** One line of text, as all forms have it. */
export function TextField({ label, bare, mono, problem, onChange, ...rest }: TextFieldProps) {
  return (
    <TextInput
      {...rest}
      {...(bare ? { 'aria-label': label } : { label })}
      autoComplete="off"
      error={problem}
      classNames={{ ...FIELD_CLASSES, input: mono ? classes.mono : undefined }}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** For fields of other kinds, so that all look alike. */
export const FIELD_CLASSES = { label: classes.label, description: classes.text, error: classes.text };
