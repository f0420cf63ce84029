'use client';

import { Button, SegmentedControl, Switch } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Receiver, ReceiverKind } from '@tidemark/rpc';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { DurationField } from '../../form/duration-field.tsx';
import { RemoveButton } from '../../form/remove-button.tsx';
import { SaveOutcome } from '../../form/save-outcome.tsx';
import { TextField } from '../../form/text-field.tsx';
import { useTRPC } from '../../lib/trpc.tsx';
import { useUnsavedGuard } from '../../lib/unsaved-guard.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import classes from './receiver-editor.module.css';
import { ReceiverFields } from './receiver-fields.tsx';
import {
  emptyReceiverForm,
  RECEIVER_KINDS,
  type ReceiverForm,
  receiverDraftOf,
  receiverFormOf,
  receiverProblems,
  sameReceiver,
} from './receiver-form.ts';
import { ReceiverTest } from './receiver-test.tsx';

/** A receiver being written. `receiver` is how it stands on the server; the form began with the version in `base`. */
export function ReceiverEditor({ receiver }: { readonly receiver: Receiver | null }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queries = useQueryClient();
  const [base, setBase] = useState(receiver);
  const saved = base === null ? emptyReceiverForm : receiverFormOf(base);
  const [form, setForm] = useState(saved);
  const [tried, setTried] = useState(false);
  const set = (part: Partial<ReceiverForm>) => setForm((now) => ({ ...now, ...part }));
  const problems = receiverProblems(form, saved);
  const valid = Object.keys(problems).length === 0;
  const shown = tried ? problems : {};
  const unsaved = !sameReceiver(form, saved);
  useUnsavedGuard(unsaved);

  const refreshList = () => queries.invalidateQueries(trpc.receivers.pathFilter());
  const save = useMutation(
    trpc.receivers.save.mutationOptions({
      onSuccess: (result) => {
        void refreshList();
        if (result.kind !== 'saved') return;
        setBase(result.value);
        setForm(receiverFormOf(result.value));
        setTried(false);
        if (base === null) router.replace(`/alerts/receivers/${encodeURIComponent(result.value.id)}`);
      },
    }),
  );
  const remove = useMutation(
    trpc.receivers.remove.mutationOptions({
      onSuccess: () => {
        void refreshList();
        router.push('/alerts/receivers');
      },
    }),
  );
  const test = useMutation(trpc.receivers.test.mutationOptions());
  const draft = (version = base?.version ?? 0) => receiverDraftOf(form, { id: base?.id ?? '', version });
  const submit = (version?: number) => {
    setTried(true);
    if (valid) save.mutate(draft(version));
  };
  useHotkeys([['mod+S', () => submit()]], []);

  return (
    <form
      noValidate
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <PageHeader
        title={base === null ? 'New receiver' : base.name}
        actions={
          <>
            <Switch label="Enabled" checked={form.enabled} onChange={(event) => set({ enabled: event.currentTarget.checked })} />
            {base !== null && (
              <RemoveButton what={`receiver “${base.name}”`} pending={remove.isPending} onRemove={() => remove.mutate({ id: base.id })}>
                Nobody is told through it any more. What was sent stays in the list of notifications.
              </RemoveButton>
            )}
            <Button type="submit" loading={save.isPending} disabled={!unsaved && base !== null}>
              {unsaved || base === null ? 'Save' : 'Saved'}
            </Button>
          </>
        }
      />
      <SaveOutcome
        noun="receiver"
        result={save.data}
        error={save.error ?? remove.error}
        onLoadTheirs={() => {
          save.reset();
          setBase(receiver);
          if (receiver !== null) setForm(receiverFormOf(receiver));
        }}
        onOverwrite={submit}
      />
      <TextField
        label="Name"
        required
        autoFocus={base === null}
        value={form.name}
        problem={shown.name}
        onChange={(name) => set({ name })}
      />
      <div>
        <SegmentedControl
          aria-label="Kind"
          data={[...RECEIVER_KINDS]}
          value={form.kind}
          onChange={(kind) => set({ kind: kind as ReceiverKind })}
        />
      </div>
      <ReceiverFields form={form} problems={shown} onChange={(name, value) => set({ fields: { ...form.fields, [name]: value } })} />
      <ReceiverTest
        result={test.data}
        error={test.error}
        pending={test.isPending}
        onTest={() => {
          setTried(true);
          if (valid) test.mutate(draft());
        }}
      />
      <h2 className={classes.heading}>What it gets</h2>
      <TextField
        label="Matchers"
        description="Alerts whose labels satisfy all of them; none: every alert."
        placeholder='severity="page", team=~"db|web"'
        mono
        value={form.matchers}
        problem={shown.matchers}
        onChange={(matchers) => set({ matchers })}
      />
      <TextField
        label="Group by"
        description="Alerts that share the values of these labels go out as one message."
        placeholder="alertname"
        mono
        value={form.groupBy}
        problem={shown.groupBy}
        onChange={(groupBy) => set({ groupBy })}
      />
      <div className={classes.durations}>
        <DurationField
          label="Group wait"
          description="Before a group’s first message."
          value={form.groupWait}
          problem={shown.groupWait}
          onChange={(groupWait) => set({ groupWait })}
        />
        <DurationField
          label="Group interval"
          description="Between messages about changes."
          value={form.groupInterval}
          problem={shown.groupInterval}
          onChange={(groupInterval) => set({ groupInterval })}
        />
        <DurationField
          label="Repeat interval"
          description="While it goes on firing."
          value={form.repeatInterval}
          problem={shown.repeatInterval}
          onChange={(repeatInterval) => set({ repeatInterval })}
        />
      </div>
      <Switch
        label="Say when it is resolved"
        checked={form.sendResolved}
        onChange={(event) => set({ sendResolved: event.currentTarget.checked })}
      />
    </form>
  );
}
