'use client';

import { SegmentedControl, Switch } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Receiver, ReceiverKind } from '@tidemark/rpc';
import { DurationField } from '../../form/duration-field.tsx';
import { RecordEditor } from '../../form/record-editor.tsx';
import { TextField } from '../../form/text-field.tsx';
import { useRecordForm } from '../../form/use-record-form.ts';
import { useTRPC } from '../../lib/trpc.tsx';
import classes from './receiver-editor.module.css';
import { ReceiverFields } from './receiver-fields.tsx';
import { emptyReceiverForm, RECEIVER_KINDS, receiverDraftOf, receiverFormOf, receiverProblems, sameReceiver } from './receiver-form.ts';
import { ReceiverTest } from './receiver-test.tsx';

/** A receiver being written. `receiver` is how it stands on the server. */
export function ReceiverEditor({ receiver }: { readonly receiver: Receiver | null }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const record = useRecordForm({ standing: receiver, initial: emptyReceiverForm, formOf: receiverFormOf, same: sameReceiver });
  const { form, set } = record;
  const problems = receiverProblems(form, record.saved);
  const shown = record.tried ? problems : {};
  const draft = (as: typeof record.as) => (Object.keys(problems).length === 0 ? receiverDraftOf(form, as) : null);

  const refreshList = () => void queries.invalidateQueries(trpc.receivers.pathFilter());
  const save = useMutation(trpc.receivers.save.mutationOptions({ onSuccess: refreshList }));
  const remove = useMutation(trpc.receivers.remove.mutationOptions({ onSuccess: refreshList }));
  const test = useMutation(trpc.receivers.test.mutationOptions());

  return (
    <RecordEditor
      record={record}
      noun="receiver"
      listPath="/alerts/receivers"
      enabledLabel="Enabled"
      lostWithIt="Nobody is told through it any more. What was sent stays in the list of notifications."
      save={save}
      remove={remove}
      draft={draft}
      className={classes.form}
    >
      <TextField
        label="Name"
        required
        autoFocus={record.base === null}
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
          record.markTried();
          const tested = draft(record.as);
          if (tested !== null) test.mutate(tested);
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
    </RecordEditor>
  );
}
