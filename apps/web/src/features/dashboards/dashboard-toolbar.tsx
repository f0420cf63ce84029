'use client';

import { ActionIcon, Button, TagsInput, TextInput } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp, IconEdit, IconMaximize, IconPlus } from '@tabler/icons-react';
import { useUrl } from '../../lib/use-url.ts';
import type { Edit, EditState } from './dashboard-edits.ts';
import styles from './dashboards.module.css';

export interface DashboardToolbarProps {
  readonly state: EditState;
  readonly editing: boolean;
  readonly unsaved: boolean;
  readonly saving: boolean;
  readonly edit: (edit: Edit) => void;
  readonly onSave: () => void;
  readonly onAddPanel: () => void;
  readonly onEditing: (editing: boolean) => void;
  /** To how it came with Tidemark; null when it is so already, or is not Tidemark's. */
  readonly onReset: (() => void) | null;
}

export function DashboardToolbar(props: DashboardToolbarProps) {
  const { draft } = props.state;
  const { write } = useUrl();
  if (!props.editing) {
    return (
      <div className={styles.bar}>
        <div className={styles.grow}>
          <h1 className={styles.title}>{draft.title}</h1>
          {draft.description !== '' && (
            <span className={styles.description} title={draft.description}>
              {draft.description}
            </span>
          )}
        </div>
        {props.unsaved && <span className={styles.unsaved}>unsaved changes</span>}
        <Button variant="default" leftSection={<IconEdit size={14} />} onClick={() => props.onEditing(true)}>
          Edit
        </Button>
        <ActionIcon
          aria-label="Kiosk mode"
          title="Kiosk mode (Escape leaves it)"
          onClick={() =>
            write((now) => {
              now.set('kiosk', '1');
              return now;
            })
          }
        >
          <IconMaximize size={16} />
        </ActionIcon>
      </div>
    );
  }
  return (
    <div className={styles.bar}>
      <TextInput
        classNames={{ input: styles.titleInput }}
        aria-label="Title of the dashboard"
        value={draft.title}
        maxLength={200}
        onChange={(event) => props.edit({ kind: 'details_changed', details: { title: event.currentTarget.value } })}
      />
      <TextInput
        aria-label="Description"
        placeholder="Description"
        value={draft.description}
        maxLength={2000}
        onChange={(event) => props.edit({ kind: 'details_changed', details: { description: event.currentTarget.value } })}
      />
      <TagsInput
        className={styles.tagsInput}
        aria-label="Tags"
        placeholder={draft.tags.length === 0 ? 'Tags' : undefined}
        value={[...draft.tags]}
        maxTags={20}
        onChange={(tags) => props.edit({ kind: 'details_changed', details: { tags } })}
      />
      <div className={styles.grow} />
      {props.unsaved && <span className={styles.unsaved}>unsaved changes</span>}
      <ActionIcon
        aria-label="Undo"
        title="Undo (Ctrl Z)"
        disabled={props.state.past.length === 0}
        onClick={() => props.edit({ kind: 'undone' })}
      >
        <IconArrowBackUp size={16} />
      </ActionIcon>
      <ActionIcon
        aria-label="Redo"
        title="Redo (Ctrl Shift Z)"
        disabled={props.state.future.length === 0}
        onClick={() => props.edit({ kind: 'redone' })}
      >
        <IconArrowForwardUp size={16} />
      </ActionIcon>
      <Button variant="default" leftSection={<IconPlus size={14} />} onClick={props.onAddPanel}>
        Panel
      </Button>
      <Button
        variant="default"
        onClick={() => {
          if (props.unsaved) props.edit({ kind: 'discarded' });
          props.onEditing(false);
        }}
      >
        {props.unsaved ? 'Discard' : 'Done'}
      </Button>
      <Button disabled={!props.unsaved || draft.title.trim() === ''} loading={props.saving} onClick={props.onSave}>
        Save
      </Button>
    </div>
  );
}
