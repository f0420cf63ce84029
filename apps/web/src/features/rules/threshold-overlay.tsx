'use client';

import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import type { PlotGeometry } from '../../charts/chart-props.ts';
import { formatText } from '../../ui/format-value.ts';
import { roundToPixel } from './round-value.ts';
import classes from './threshold-overlay.module.css';

export interface ThresholdOverlayProps {
  readonly plot: PlotGeometry;
  /** `>`, `>=`, `<`, `<=` and the rest: says on which side alerts are. */
  readonly operator: string;
  readonly value: number;
  /** Null: the number is not simply written in the expression, so it cannot be moved here. */
  readonly onMove: ((value: number) => void) | null;
}

/** The threshold on the data: a line with its value at the edge, the alerting side tinted; dragged or moved by arrow keys. */
export function ThresholdOverlay({ plot, operator, value, onMove }: ThresholdOverlayProps) {
  const [dragged, setDragged] = useState<number | null>(null);
  const shown = dragged ?? value;
  const span = plot.max - plot.min;
  const y = clamp(plot.top + ((plot.max - shown) / span) * plot.height, plot.top, plot.top + plot.height);
  const valueAt = (offsetY: number) =>
    roundToPixel(plot.max - (clamp(offsetY - plot.top, 0, plot.height) / plot.height) * span, span, plot.height);

  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (dragged === null) return;
    const box = event.currentTarget.parentElement!.getBoundingClientRect();
    setDragged(valueAt(event.clientY - box.top));
  };
  const drop = () => {
    if (dragged !== null && dragged !== value) onMove?.(dragged);
    setDragged(null);
  };
  const key = (event: KeyboardEvent) => {
    const steps = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (steps === undefined) return;
    event.preventDefault();
    onMove?.(roundToPixel(value + (steps * 2 * span) / plot.height, span, plot.height));
  };

  return (
    <div className={classes.overlay}>
      <div className={classes.band} style={bandStyle(plot, operator, y)} />
      {onMove !== null && (
        <div
          role="slider"
          tabIndex={0}
          aria-label="Threshold"
          aria-orientation="vertical"
          aria-valuemin={plot.min}
          aria-valuemax={plot.max}
          aria-valuenow={shown}
          className={classes.handle}
          style={{ top: y - 6, left: plot.left, width: plot.width }}
          onPointerDown={(event) => {
            event.preventDefault();
            event.stopPropagation();
            event.currentTarget.setPointerCapture(event.pointerId);
            event.currentTarget.focus();
            setDragged(value);
          }}
          onPointerMove={drag}
          onPointerUp={drop}
          onPointerCancel={() => setDragged(null)}
          onKeyDown={key}
        />
      )}
      <div className={classes.line} style={{ top: y, left: plot.left, width: plot.width }}>
        <span className={classes.label}>
          {operator} {formatText(shown)}
        </span>
      </div>
    </div>
  );
}

function bandStyle(plot: PlotGeometry, operator: string, y: number): { top: number; left: number; width: number; height: number } {
  const { left, width, top, height } = plot;
  if (operator.startsWith('>')) return { left, width, top, height: y - top };
  if (operator.startsWith('<')) return { left, width, top: y, height: top + height - y };
  return { left, width, top: y, height: 0 };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
