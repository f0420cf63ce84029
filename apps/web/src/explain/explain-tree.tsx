'use client';

import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { ExplainNode } from '@tidemark/rpc';
import { type KeyboardEvent, useRef, useState } from 'react';
import { durationText } from '../ui/duration-text.ts';
import { ValueText } from '../ui/value-text.tsx';
import { type ExplainRow, explainRows } from './explain-rows.ts';
import classes from './explain-tree.module.css';

export interface ExplainTreeProps {
  readonly label: string;
  readonly root: ExplainNode;
  /** The stretch of the expression that a row is about; null when none is pointed at. */
  readonly onPoint: (span: ExplainRow['span']) => void;
}

/** The arrows go through it as through every tree; the row under the pointer, or with the focus, is shown in the expression. */
export function ExplainTree({ label, root, onPoint }: ExplainTreeProps) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [current, setCurrent] = useState('0');
  const grid = useRef<HTMLTableElement>(null);
  const rows = explainRows(root, toggled);
  const focused = rows.some(({ key }) => key === current) ? current : '0';
  const toggle = ({ key, isOpen }: ExplainRow) => {
    if (isOpen === null) return;
    setToggled((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  };
  const moveTo = (row: ExplainRow | undefined) => {
    if (row === undefined) return;
    setCurrent(row.key);
    grid.current?.querySelector<HTMLElement>(`[data-key="${row.key}"]`)?.focus();
  };
  const press = (event: KeyboardEvent, row: ExplainRow) => {
    const at = rows.indexOf(row);
    switch (event.key) {
      case 'ArrowDown':
        moveTo(rows[at + 1]);
        break;
      case 'ArrowUp':
        moveTo(rows[at - 1]);
        break;
      case 'Home':
        moveTo(rows[0]);
        break;
      case 'End':
        moveTo(rows.at(-1));
        break;
      case 'ArrowRight':
        if (row.isOpen === false) toggle(row);
        else if (row.isOpen) moveTo(rows[at + 1]);
        break;
      case 'ArrowLeft':
        if (row.isOpen) toggle(row);
        else moveTo(rows.slice(0, at).findLast(({ level }) => level < row.level));
        break;
      case 'Enter':
      case ' ':
        toggle(row);
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a tree whose nodes have columns is a table to the eye.
    <table ref={grid} role="treegrid" aria-label={label} className={classes.tree} onMouseLeave={() => onPoint(null)}>
      <thead>
        <tr>
          {COLUMNS.map(({ name, className }) => (
            <th key={name} scope="col" className={className}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr
            key={row.key}
            data-key={row.key}
            aria-level={row.level}
            aria-expanded={row.isOpen ?? undefined}
            tabIndex={row.key === focused ? 0 : -1}
            onClick={() => toggle(row)}
            onKeyDown={(event) => press(event, row)}
            onFocus={() => {
              setCurrent(row.key);
              onPoint(row.span);
            }}
            onBlur={() => onPoint(null)}
            onMouseEnter={() => onPoint(row.span)}
          >
            <td title={row.title}>
              <span className={classes.node} style={{ paddingLeft: (row.level - 1) * 14 }}>
                <span className={classes.chevron}>
                  {row.isOpen !== null && (row.isOpen ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />)}
                </span>
                <span className={row.span === null ? classes.where : classes.title}>{row.title}</span>
                <span className={classes.where}>{row.where}</span>
              </span>
            </td>
            <td className={classes.time} style={{ backgroundSize: `${row.share * 100}% 100%` }}>
              {row.elapsedMs === null ? '–' : <ValueText value={row.elapsedMs} unit="milliseconds" />}
            </td>
            <td className={`${classes.figure} ${classes.wide}`}>{count(row.series)}</td>
            <td className={classes.figure}>{count(row.samples)}</td>
            <td className={`${classes.figure} ${classes.wide}`}>{count(row.given)}</td>
            <td className={`${classes.from} ${classes.wide}`}>{sourceText(row)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const COLUMNS: readonly { readonly name: string; readonly className: string }[] = [
  { name: 'Node', className: '' },
  { name: 'Time', className: classes.timeHead },
  { name: 'Series', className: `${classes.figureHead} ${classes.wide}` },
  { name: 'Samples', className: classes.figureHead },
  { name: 'Gives', className: `${classes.figureHead} ${classes.wide}` },
  { name: 'From', className: `${classes.fromHead} ${classes.wide}` },
];

function count(value: number | null) {
  return value === null ? '–' : <ValueText value={value} unit="count" />;
}

function sourceText({ widthsMs, bytes }: ExplainRow): string {
  const widths = widthsMs.map((widthMs) => (widthMs === 0 ? 'raw' : durationText(widthMs))).join(', ');
  const sent = bytes === null ? '' : `${(bytes / 1024).toFixed(bytes < 10_240 ? 1 : 0)} KiB back`;
  return [widths, sent].filter(Boolean).join(' · ');
}
