'use client';

import { memo, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { continues, type Frame } from '../lib/frame.ts';
import { DENSE_DRAW_MS, DENSE_POINTS } from '../lib/limits.ts';
import { timeZoneOf } from '../lib/time-range/civil.ts';
import { useZone } from '../lib/time-range/use-time-range.ts';
import { useScheme } from '../lib/use-scheme.ts';
import styles from './chart.module.css';
import type { PlotGeometry, TimeSeriesChartProps } from './chart-props.ts';
import { type CrosshairGroup, crosshairGroup, PAGE_GROUP } from './crosshair.ts';
import { createPlot, type EchartsPlot, plotGeometry } from './echarts-plot.ts';
import { observeSight, observeSize, type Size } from './element-observers.ts';
import { cancelDraw, requestDraw } from './frame-scheduler.ts';
import { LegendTable } from './legend-table.tsx';
import { type PlotModel, plotModel, seriesColors } from './plot-model.ts';
import { PlotSurface } from './plot-surface.tsx';
import type { Selection } from './selection.ts';

const EMPTY: Frame = { stepMs: 1000, fromMs: 0, toMs: 1, series: [] };
const NO_THRESHOLDS: NonNullable<TimeSeriesChartProps['thresholds']> = [];

export const TimeSeriesView = memo(function TimeSeriesView(props: TimeSeriesChartProps) {
  const { unit = 'none', decimals = null, thresholds = NO_THRESHOLDS, stacked = false, legend = true } = props;
  const scheme = useScheme();
  const zone = useZone();
  const group = crosshairGroup(props.syncGroup ?? PAGE_GROUP);
  const given = props.frame ?? EMPTY;
  const frame = useHeld(given, group);
  const range = useMemo(
    () => (props.range !== undefined && frame === given ? props.range : { fromMs: frame.fromMs, toMs: frame.toMs }),
    [props.range, frame, given],
  );

  const [size, setSize] = useState<Size | null>(null);
  const [whole, setWhole] = useState<Size | null>(null);
  const [selection, setSelection] = useState<Selection>(null);
  const [highlight, setHighlight] = useState<number | null>(null);
  const chartElement = useRef<HTMLDivElement>(null);
  const plotElement = useRef<HTMLDivElement>(null);
  const canvasElement = useRef<HTMLDivElement>(null);
  const geometry = useRef<PlotGeometry | null>(null);
  const visible = useVisible(chartElement);

  useEffect(() => observeSize(chartElement.current as Element, setWhole), []);
  // Once the legend has taken its room: what is drawn before would be drawn again.
  const isLaidOut = whole !== null;
  useEffect(() => (isLaidOut ? observeSize(plotElement.current as Element, setSize) : undefined), [isLaidOut]);

  const { min = null, max = null } = props;
  const showAllThresholds = props.overlay !== undefined;
  const colors = useMemo(() => seriesColors(frame, scheme), [frame, scheme]);
  const model = useMemo(() => {
    if (size === null || size.width < 1) return null;
    const wish = { unit, min, max, stacked, thresholds, showAllThresholds, selection, colors, timeZone: timeZoneOf(zone) };
    return plotModel(frame, range, size, wish);
  }, [frame, range, size, unit, min, max, stacked, thresholds, showAllThresholds, selection, colors, zone]);
  geometry.current = model === null || size === null ? null : plotGeometry(model, size);

  const plot = useRef<EchartsPlot | null>(null);
  const drawn = useRef<{ frame: Frame; look: string; atMs: number } | null>(null);
  useEffect(() => {
    if (model === null || size === null || !visible) return;
    const look = JSON.stringify([
      size,
      scheme,
      highlight,
      selection === null ? null : [...selection],
      unit,
      min,
      max,
      stacked,
      thresholds,
      zone,
    ]);
    const before = drawn.current;
    const moved = before !== null && before.look === look && continues(before.frame, frame);
    if (moved && pointsOf(model) > DENSE_POINTS && Date.now() - before.atMs < DENSE_DRAW_MS) return;
    requestDraw(plotElement, () => {
      if (canvasElement.current === null) return;
      plot.current ??= createPlot(canvasElement.current, size);
      plot.current.draw(model, size, scheme, highlight);
      drawn.current = { frame, look, atMs: Date.now() };
    });
  }, [model, frame, size, scheme, highlight, visible, selection, unit, min, max, stacked, thresholds, zone]);
  useEffect(
    () => () => {
      cancelDraw(plotElement);
      plot.current?.dispose();
      plot.current = null;
    },
    [],
  );

  const place = geometry.current;

  return (
    <div ref={chartElement} className={styles.chart} style={props.height === undefined ? undefined : { height: props.height }}>
      <div ref={plotElement} className={styles.plot}>
        <div ref={canvasElement} className={styles.canvas} aria-hidden="true" />
        {model !== null && (
          <PlotSurface
            frame={frame}
            model={model}
            geometry={geometry}
            group={group}
            unit={unit}
            decimals={decimals}
            zone={zone}
            onZoom={props.onZoom}
            onZoomBack={props.onZoomBack}
          />
        )}
        {model !== null && model.leftOut > 0 && (
          <div className={styles.notice}>
            {model.series.length} of {model.series.length + model.leftOut} series drawn
          </div>
        )}
        {place !== null && props.overlay !== undefined && <div className={styles.overlay}>{props.overlay(place)}</div>}
      </div>
      {props.annotations !== undefined && place !== null && (
        <div className={styles.annotations} style={{ marginLeft: place.left, width: place.width }}>
          {props.annotations.map((annotation) => (
            <AnnotationBar key={`${annotation.fromMs} ${annotation.text}`} annotation={annotation} plot={place} />
          ))}
        </div>
      )}
      {legend && whole !== null && frame.series.length > 0 && (
        <LegendTable
          frame={frame}
          colors={colors}
          unit={unit}
          decimals={decimals}
          selection={selection}
          width={whole.width}
          maxHeight={Math.max(36, Math.floor((whole.height * 0.36) / 18) * 18)}
          onSelect={setSelection}
          onHighlight={setHighlight}
        />
      )}
    </div>
  );
});

function pointsOf(model: PlotModel): number {
  return model.series.reduce((sum, { times }) => sum + times.length, 0);
}

function AnnotationBar({ annotation, plot }: { annotation: NonNullable<TimeSeriesChartProps['annotations']>[number]; plot: PlotGeometry }) {
  const share = (ms: number) => Math.max(0, Math.min(1, (ms - plot.fromMs) / (plot.toMs - plot.fromMs))) * 100;
  const [left, right] = [share(annotation.fromMs), share(annotation.toMs)];
  if (annotation.toMs < plot.fromMs || annotation.fromMs > plot.toMs) return null;
  return (
    <div
      className={styles.annotation}
      data-state={annotation.state}
      title={annotation.text}
      style={{ left: `${left}%`, width: `${right - left}%` }}
    />
  );
}

/** While the group is held, the frame that was shown when that began; another range is shown at once. */
function useHeld(frame: Frame, group: CrosshairGroup): Frame {
  const held = useSyncExternalStore(group.onHold, group.isHeld, () => false);
  const shown = useRef(frame);
  if (!held || !continues(shown.current, frame)) shown.current = frame;
  return shown.current;
}

function useVisible(element: React.RefObject<Element | null>): boolean {
  const [visible, setVisible] = useState(false);
  useEffect(() => observeSight(element.current as Element, setVisible), [element]);
  return visible;
}
