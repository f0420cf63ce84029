'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Rule, RuleRow } from '@tidemark/rpc';
import { useState } from 'react';
import { type EditorHandle, PromqlEditor } from '../../editor/promql-editor.tsx';
import { useExpressionCheck } from '../../editor/use-expression-check.ts';
import { DurationField } from '../../form/duration-field.tsx';
import { PairsField } from '../../form/pairs-field.tsx';
import { RecordEditor } from '../../form/record-editor.tsx';
import { TextField } from '../../form/text-field.tsx';
import { useRecordForm } from '../../form/use-record-form.ts';
import { useTRPC } from '../../lib/trpc.tsx';
import { TimeText } from '../../ui/time-text.tsx';
import { RuleCost } from './rule-cost.tsx';
import classes from './rule-editor.module.css';
import { draftOf, emptyRuleForm, formOf, problemsOf, type RuleForm, sameRule } from './rule-form.ts';
import { RulePreviewPanel } from './rule-preview.tsx';
import { RuleStateBadge } from './rule-state-badge.tsx';
import { ThresholdChart } from './threshold-chart.tsx';
import { useRulePreview } from './use-rule-preview.ts';

/** A rule being written. `rule` is how it stands on the server, where it keeps changing under the form. */
export function RuleEditor({ rule, initial = emptyRuleForm }: { readonly rule: RuleRow | null; readonly initial?: RuleForm }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const record = useRecordForm<Rule, RuleForm>({ standing: rule, initial, formOf, same: sameRule });
  const { form, set } = record;

  const [editor, setEditor] = useState<EditorHandle | null>(null);
  const check = useExpressionCheck(form.expr, { isRule: true });
  const preview = useRulePreview(draftOf(form), check.valid);
  const problems = problemsOf(form);
  const shown = record.tried
    ? problems
    : { labels: problems.labels, annotations: problems.annotations, for: problems.for, keepFiringFor: problems.keepFiringFor };
  const valid = Object.keys(problems).length === 0 && check.valid;

  const save = useMutation(trpc.rules.save.mutationOptions({ onSuccess: () => void queries.invalidateQueries(trpc.rules.pathFilter()) }));
  const remove = useMutation(
    trpc.rules.remove.mutationOptions({ onSuccess: () => void queries.invalidateQueries(trpc.rules.list.queryFilter()) }),
  );

  return (
    <RecordEditor
      record={record}
      noun="rule"
      listPath="/rules"
      subtitle={rule !== null && <RuleStanding rule={rule} />}
      enabledLabel="Evaluate"
      lostWithIt="Its alerts end with it, and nobody is told any more."
      save={save}
      remove={remove}
      draft={(as) => (valid ? draftOf(form, as) : null)}
    >
      <div className={classes.columns}>
        <div className={classes.main}>
          <TextField
            label="Name"
            required
            autoFocus={record.base === null}
            value={form.name}
            problem={shown.name}
            onChange={(name) => set({ name })}
          />
          <div>
            <div className={classes.label} id="rule-expression">
              Expression
            </div>
            <p className={classes.hint}>
              Each series that it gives is an alert. End it with a comparison to see and move its threshold below.
            </p>
            <PromqlEditor
              label="Expression"
              placeholder="node_load1 > 8"
              value={form.expr}
              onChange={(expr) => set({ expr })}
              onRun={() => void preview.refetch()}
              check={check}
              onHandle={setEditor}
            />
            {shown.expr !== undefined && <p className={classes.problem}>{shown.expr}</p>}
          </div>
          <ThresholdChart expr={form.expr} valid={check.valid} preview={preview.data} onExpr={(expr) => set({ expr })} />
          <RulePreviewPanel preview={preview} blank={form.expr.trim() === ''} />
          {check.expr !== '' && check.valid && <RuleCost expr={check.expr} editor={editor} />}
        </div>
        <div className={classes.side}>
          <div className={classes.durations}>
            <DurationField
              label="For"
              description="How long it must hold before it fires."
              placeholder="at once"
              value={form.for}
              problem={shown.for}
              onChange={(value) => set({ for: value })}
            />
            <DurationField
              label="Keep firing for"
              description="How long it goes on after it stopped."
              placeholder="not at all"
              value={form.keepFiringFor}
              problem={shown.keepFiringFor}
              onChange={(value) => set({ keepFiringFor: value })}
            />
          </div>
          <PairsField
            label="Labels"
            hint="Receivers choose by them whom to tell."
            noun="label"
            pairs={form.labels}
            problems={shown.labels}
            onChange={(labels) => set({ labels })}
          />
          <PairsField
            label="Annotations"
            hint={annotationHint(preview.data)}
            noun="annotation"
            longValues
            pairs={form.annotations}
            problems={shown.annotations}
            onChange={(annotations) => set({ annotations })}
          />
        </div>
      </div>
    </RecordEditor>
  );
}

function RuleStanding({ rule }: { readonly rule: RuleRow }) {
  return (
    <span className={classes.standing}>
      <RuleStateBadge state={rule.state} />
      {rule.lastEvaluatedAtMs !== null && (
        <span>
          evaluated <TimeText ms={rule.lastEvaluatedAtMs} />
        </span>
      )}
      {rule.lastError !== null && <span className={classes.problem}>{rule.lastError}</span>}
    </span>
  );
}

/** Labels that the alerts really have are the best examples. */
function annotationHint(preview: ReturnType<typeof useRulePreview>['data']): string {
  const labels =
    preview?.kind === 'preview'
      ? Object.keys(preview.instances[0]?.labels ?? {}).filter((name) => name !== 'alertname' && name !== '__name__')
      : [];
  const examples = (labels.length > 0 ? labels.slice(0, 3) : ['instance']).map((name) => `{{ $labels.${name} }}`);
  return `The message. ${examples.join(', ')} and {{ $value }} are filled in.`;
}
