'use client';

import { Button, Switch } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import type { SaveResult } from '@tidemark/rpc';
import { useRouter } from 'next/navigation';
import type { ReactNode } from 'react';
import { PageHeader } from '../ui/page-header.tsx';
import { RemoveButton } from './remove-button.tsx';
import { SaveOutcome } from './save-outcome.tsx';
import type { NamedRecord, RecordForm } from './use-record-form.ts';

/** A mutation of React Query, as far as it is needed here. */
interface Mutation<Input, Output> {
  readonly data: Output | undefined;
  readonly error: { readonly message: string } | null;
  readonly isPending: boolean;
  mutate(input: Input, options: { onSuccess(output: Output): void }): void;
  reset(): void;
}

export interface RecordEditorProps<Value extends NamedRecord, Form, Draft> {
  readonly record: RecordForm<Value, Form>;
  /** `rule` */
  readonly noun: string;
  /** Where its list is; a record's own page lies below it. */
  readonly listPath: string;
  readonly subtitle?: ReactNode;
  /** The switch beside the buttons says this when it is on. */
  readonly enabledLabel: string;
  /** What else is lost when it is removed. */
  readonly lostWithIt: ReactNode;
  readonly save: Mutation<Draft, SaveResult<Value>>;
  readonly remove: Mutation<{ id: string }, unknown>;
  /** What to save under that id and version; null while the form has mistakes. */
  readonly draft: (as: RecordForm<Value, Form>['as']) => Draft | null;
  readonly className?: string;
  readonly children: ReactNode;
}

/** The frame of every editor: title, switch, remove, save (by key, too), and what became of saving. */
export function RecordEditor<Value extends NamedRecord, Form extends { readonly enabled: boolean }, Draft>(
  props: RecordEditorProps<Value, Form, Draft>,
) {
  const { record, noun, listPath, save, remove, draft } = props;
  const { form, base, standing, unsaved } = record;
  const router = useRouter();

  const submit = (version = record.as.version) => {
    record.markTried();
    const ready = draft({ ...record.as, version });
    if (ready === null) return;
    save.mutate(ready, {
      onSuccess(result) {
        if (result.kind !== 'saved') return;
        record.restart(result.value);
        if (base === null) router.replace(`${listPath}/${encodeURIComponent(result.value.id)}`);
      },
    });
  };
  useHotkeys([['mod+S', () => submit()]], [], true);

  return (
    <form
      noValidate
      className={props.className}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <PageHeader
        title={base === null ? `New ${noun}` : base.name}
        subtitle={props.subtitle}
        actions={
          <>
            <Switch
              label={props.enabledLabel}
              checked={form.enabled}
              onChange={(event) => record.set({ enabled: event.currentTarget.checked } as Partial<Form>)}
            />
            {base !== null && (
              <RemoveButton
                what={`${noun} “${base.name}”`}
                pending={remove.isPending}
                onRemove={() => remove.mutate({ id: base.id }, { onSuccess: () => router.push(listPath) })}
              >
                {props.lostWithIt}
              </RemoveButton>
            )}
            <Button type="submit" loading={save.isPending} disabled={!unsaved && base !== null}>
              {unsaved || base === null ? 'Save' : 'Saved'}
            </Button>
          </>
        }
      />
      <SaveOutcome
        noun={noun}
        result={save.data}
        error={save.error ?? remove.error}
        onLoadTheirs={() => {
          save.reset();
          if (standing !== null) record.restart(standing);
        }}
        onOverwrite={submit}
      />
      {props.children}
    </form>
  );
}
