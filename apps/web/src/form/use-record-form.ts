'use client';

import { useState } from 'react';
import { useUnsavedGuard } from '../lib/unsaved-guard.ts';

/** What is kept on the server under a name; each save raises its version. */
export interface NamedRecord {
  readonly id: string;
  readonly name: string;
  readonly version: number;
}

export interface RecordFormOptions<Value extends NamedRecord, Form> {
  /** How it stands on the server, where it keeps changing under the form; null while it is new. */
  readonly standing: Value | null;
  /** How a new one begins. */
  readonly initial: Form;
  readonly formOf: (value: Value) => Form;
  readonly same: (a: Form, b: Form) => boolean;
}

export interface RecordForm<Value extends NamedRecord, Form> {
  readonly form: Form;
  /** The form as `base` has it. */
  readonly saved: Form;
  /** What the form began with; what became of it meanwhile is told when it is saved. */
  readonly base: Value | null;
  readonly standing: Value | null;
  /** As what it is saved. */
  readonly as: { readonly id: string; readonly version: number };
  readonly unsaved: boolean;
  /** It was to be saved once: from then on what is missing is a mistake. */
  readonly tried: boolean;
  set(part: Partial<Form>): void;
  markTried(): void;
  /** Begins anew with `value`. */
  restart(value: Value): void;
}

/** A record being written in a form. Leaving it unsaved is asked about. */
export function useRecordForm<Value extends NamedRecord, Form>(options: RecordFormOptions<Value, Form>): RecordForm<Value, Form> {
  const { standing, initial, formOf, same } = options;
  const [base, setBase] = useState(standing);
  const saved = base === null ? initial : formOf(base);
  const [form, setForm] = useState(saved);
  const [tried, setTried] = useState(false);
  const unsaved = !same(form, saved);
  useUnsavedGuard(unsaved);
  return {
    form,
    saved,
    base,
    standing,
    as: { id: base?.id ?? '', version: base?.version ?? 0 },
    unsaved,
    tried,
    set: (part) => setForm((now) => ({ ...now, ...part })),
    markTried: () => setTried(true),
    restart(value) {
      setBase(value);
      setForm(formOf(value));
      setTried(false);
    },
  };
}
