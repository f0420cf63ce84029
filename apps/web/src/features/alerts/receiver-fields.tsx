'use client';

import { PasswordInput, Select, TextInput } from '@mantine/core';
import { FIELD_CLASSES } from '../../form/text-field.tsx';
import classes from './receiver-editor.module.css';
import { FIELDS, type FieldName, type ReceiverForm, type ReceiverFormProblems } from './receiver-form.ts';

export interface ReceiverFieldsProps {
  readonly form: ReceiverForm;
  readonly problems: ReceiverFormProblems;
  readonly onChange: (name: FieldName, value: string) => void;
}

/** The fields of the receiver's kind, and only those. */
export function ReceiverFields({ form, problems, onChange }: ReceiverFieldsProps) {
  return (
    <div className={classes.fields}>
      {FIELDS[form.kind].map(({ name, label, hint, required, secret, concealed, options }) => {
        const shared = {
          size: 'xs',
          classNames: FIELD_CLASSES,
          label,
          description: hint,
          required,
          error: problems[name],
          value: form.fields[name],
        } as const;
        if (options !== undefined) {
          return (
            <Select key={name} {...shared} data={[...options]} allowDeselect={false} onChange={(value) => onChange(name, value ?? '')} />
          );
        }
        const Input = concealed ? PasswordInput : TextInput;
        return (
          <Input
            key={name}
            {...shared}
            autoComplete={concealed ? 'new-password' : 'off'}
            // A secret that was kept cannot be edited, only replaced.
            onFocus={secret ? (event) => event.currentTarget.select() : undefined}
            onChange={(event) => onChange(name, event.currentTarget.value)}
          />
        );
      })}
    </div>
  );
}
