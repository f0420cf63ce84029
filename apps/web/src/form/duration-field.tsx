'use client';

import { formatDuration } from '@tidemark/base';
import { parseDuration } from './duration.ts';
import { TextField, type TextFieldProps } from './text-field.tsx';

/** A duration as text. Leaving the field writes it the short way: `90s` becomes `1m30s`. */
export function DurationField(props: TextFieldProps) {
  const { value, onChange } = props;
  const rewrite = () => {
    const ms = parseDuration(value);
    if (ms !== null && value.trim() !== '') onChange(formatDuration(ms));
  };
  return <TextField {...props} onBlur={rewrite} />;
}
