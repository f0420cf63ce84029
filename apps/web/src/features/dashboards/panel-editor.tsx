'use client';

import { ActionIcon, Button, NativeSelect, NumberInput, SegmentedControl, Switch, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconTrash, IconX } from '@tabler/icons-react';
import type { Panel, PanelQuery, Threshold, Unit } from '@tidemark/rpc';
import { useEffect, useState } from 'react';
import { PromqlEditor } from '../../editor/promql-editor.tsx';
import { useExpressionCheck } from '../../editor/use-expression-check.ts';
import { UNIT_NAMES } from '../../ui/format-value.ts';
import styles from './dashboards.module.css';
import { PanelView } from './panel.tsx';

const KINDS = [
  { value: 'timeseries', label: 'Chart' },
  { value: 'stat', label: 'Figure' },
  { value: 'table', label: 'Table' },
  { value: 'text', label: 'Text' },
];
const UNITS = Object.entries(UNIT_NAMES).map(([value, label]) => ({ value, label }));
const THRESHOLD_STATES = ['ok', 'warning', 'critical'];
/** As long as a pause in typing: an expression that is being written is not asked for at each key. */
const SETTLE_MS = 350;

export interface PanelEditorProps {
  readonly panel: Panel;
  readonly onChange: (panel: Panel) => void;
  readonly onClose: () => void;
}

/** Every change is in the panel at once; the expression follows when typing pauses. There is no run button. */
export function PanelEditor({ panel, onChange, onClose }: PanelEditorProps) {
  const set = (change: Partial<Panel>) => onChange({ ...panel, ...change });
  const setQuery = (at: number, change: Partial<PanelQuery>) =>
    set({ queries: panel.queries.map((query, i) => (i === at ? { ...query, ...change } : query)) });

  return (
    <aside className={styles.editor} aria-label={`Editor of ${panel.title}`}>
      <div className={styles.editorHead}>
        <h2>Edit panel</h2>
        <ActionIcon aria-label="Close the editor" onClick={onClose}>
          <IconX size={16} />
        </ActionIcon>
      </div>
      <div className={styles.preview}>
        <PanelView panel={panel} movable={false} selected={false} onAction={null} />
      </div>
      <TextInput label="Title" value={panel.title} onChange={(event) => set({ title: event.currentTarget.value })} maxLength={200} />
      <SegmentedControl
        fullWidth
        data={KINDS}
        value={panel.kind}
        onChange={(kind) => set({ kind: kind as Panel['kind'] })}
        aria-label="Kind of panel"
      />
      {panel.kind === 'text' ? (
        <Textarea
          label="Text"
          description="Markdown: headings, lists, **bold**, `code`, [links](https://…)"
          autosize
          minRows={6}
          maxRows={20}
          value={panel.text}
          onChange={(event) => set({ text: event.currentTarget.value })}
        />
      ) : (
        <>
          <section className={styles.section}>
            <h3>Queries</h3>
            {panel.queries.map((query, at) => (
              <QueryFields
                // biome-ignore lint/suspicious/noArrayIndexKey: a query is its place in the list.
                key={at}
                letter={String.fromCharCode(65 + at)}
                query={query}
                onChange={(change) => setQuery(at, change)}
                onRemove={panel.queries.length === 1 ? null : () => set({ queries: panel.queries.filter((_, i) => i !== at) })}
              />
            ))}
            <Button
              variant="default"
              leftSection={<IconPlus size={14} />}
              disabled={panel.queries.length >= 20}
              onClick={() => set({ queries: [...panel.queries, { expr: '', legend: '' }] })}
            >
              Add a query
            </Button>
            <p className={styles.hint}>
              <code>$__rate_interval</code> is a window that fits the zoom: <code>rate(x[$__rate_interval])</code>. A legend may name
              labels: <code>{'{{device}}'}</code>.
            </p>
          </section>
          <section className={styles.section}>
            <h3>Values</h3>
            <div className={styles.columns}>
              <NativeSelect
                label="Unit"
                data={UNITS}
                value={panel.unit}
                onChange={(event) => set({ unit: event.currentTarget.value as Unit })}
              />
              <OptionalNumber label="Decimals" value={panel.decimals} onChange={(decimals) => set({ decimals })} min={0} max={9} />
              {panel.kind === 'timeseries' && <OptionalNumber label="Least" value={panel.min} onChange={(min) => set({ min })} />}
              {panel.kind === 'timeseries' && <OptionalNumber label="Most" value={panel.max} onChange={(max) => set({ max })} />}
            </div>
            {panel.kind === 'timeseries' && (
              <Switch
                label="Stack the series"
                checked={panel.stacked}
                onChange={(event) => set({ stacked: event.currentTarget.checked })}
              />
            )}
          </section>
          <Thresholds thresholds={panel.thresholds} onChange={(thresholds) => set({ thresholds })} />
        </>
      )}
    </aside>
  );
}

function QueryFields(props: {
  letter: string;
  query: PanelQuery;
  onChange: (change: Partial<PanelQuery>) => void;
  onRemove: (() => void) | null;
}) {
  const { letter, query, onChange, onRemove } = props;
  const [typed, setTyped] = useState(query.expr);
  const [sent, setSent] = useState(query.expr);
  // From outside (undo), not from here.
  if (query.expr !== sent) {
    setSent(query.expr);
    setTyped(query.expr);
  }
  useEffect(() => {
    if (typed === sent) return;
    const timer = setTimeout(() => {
      setSent(typed);
      onChange({ expr: typed });
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  });
  const check = useExpressionCheck(typed, { placeholders: true });
  return (
    <div className={styles.query}>
      <div className={styles.queryHead}>
        <span>{letter}</span>
        {onRemove !== null && (
          <ActionIcon size="sm" aria-label={`Remove query ${letter}`} onClick={onRemove}>
            <IconTrash size={14} />
          </ActionIcon>
        )}
      </div>
      <PromqlEditor
        label={`Expression ${letter}`}
        placeholder="rate(node_cpu_seconds_total[$__rate_interval])"
        value={typed}
        onChange={setTyped}
        check={check}
      />
      <TextInput
        aria-label={`Legend of ${letter}`}
        placeholder="Legend: what tells the series apart"
        value={query.legend}
        onChange={(event) => onChange({ legend: event.currentTarget.value })}
      />
    </div>
  );
}

function Thresholds({ thresholds, onChange }: { thresholds: readonly Threshold[]; onChange: (thresholds: Threshold[]) => void }) {
  const change = (at: number, part: Partial<Threshold>) =>
    onChange(thresholds.map((threshold, i) => (i === at ? { ...threshold, ...part } : threshold)));
  return (
    <section className={styles.section}>
      <h3>Thresholds</h3>
      {thresholds.map((threshold, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a threshold is its place in the list.
        <div key={at} className={styles.threshold}>
          <NumberInput
            aria-label="Value from which it holds"
            value={threshold.value}
            onChange={(value) => typeof value === 'number' && change(at, { value })}
          />
          <NativeSelect
            aria-label="State"
            data={THRESHOLD_STATES}
            value={threshold.state}
            onChange={(event) => change(at, { state: event.currentTarget.value as Threshold['state'] })}
          />
          <ActionIcon aria-label="Remove the threshold" onClick={() => onChange(thresholds.filter((_, i) => i !== at))}>
            <IconTrash size={14} />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="default"
        leftSection={<IconPlus size={14} />}
        disabled={thresholds.length >= 10}
        onClick={() => onChange([...thresholds, { value: thresholds.at(-1)?.value ?? 80, state: 'warning' }])}
      >
        Add a threshold
      </Button>
    </section>
  );
}

function OptionalNumber(props: {
  label: string;
  value: number | null;
  onChange: (value: number | null) => void;
  min?: number;
  max?: number;
}) {
  return (
    <NumberInput
      label={props.label}
      placeholder="auto"
      min={props.min}
      max={props.max}
      value={props.value ?? ''}
      onChange={(value) => props.onChange(typeof value === 'number' ? value : null)}
    />
  );
}
