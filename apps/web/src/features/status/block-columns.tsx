'use client';

import type { BlockRow } from '@tidemark/rpc';
import type { DenseColumn } from '../../table/dense-table.tsx';
import { TimeText } from '../../ui/time-text.tsx';
import { ValueText } from '../../ui/value-text.tsx';
import { resolutionText } from './resolution.ts';

/** What is told of blocks wherever they are listed. */
export const EXTENT: readonly DenseColumn<BlockRow>[] = [
  { id: 'holds', head: 'Holds', width: '80px', cell: (row) => resolutionText(row.resolutionMs), sortBy: (row) => row.resolutionMs },
  { id: 'from', head: 'From', width: '150px', cell: (row) => <TimeText ms={row.fromMs} />, sortBy: (row) => row.fromMs },
  { id: 'to', head: 'To', width: '150px', cell: (row) => <TimeText ms={row.toMs} />, sortBy: (row) => row.toMs },
];

/** `bytes`: the head over the last of them. */
export function amounts(bytes: string): readonly DenseColumn<BlockRow>[] {
  return [
    count('series', 'Series', '90px', (row) => row.series),
    count('samples', 'Samples', '110px', (row) => row.samples),
    {
      id: 'bytes',
      head: bytes,
      width: '90px',
      align: 'right',
      cell: (row) => <ValueText value={row.bytes} unit="bytes" />,
      sortBy: (row) => row.bytes,
    },
  ];
}

function count(id: string, head: string, width: string, of: (row: BlockRow) => number): DenseColumn<BlockRow> {
  return { id, head, width, align: 'right', from: 'tablet', cell: (row) => of(row).toLocaleString('en-US'), sortBy: of };
}
