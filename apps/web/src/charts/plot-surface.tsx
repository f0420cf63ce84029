'use client';

/** What lies over the plot: the crosshair's line, the stretch being dragged over, the tooltip. Pointing renders this, never the chart. */
import type { Unit } from '@tidemark/rpc';
import { memo, type RefObject, useMemo, useRef } from 'react';
import type { Frame } from '../lib/frame.ts';
import type { Zone } from '../lib/time-range/civil.ts';
import type { ResolvedRange } from '../lib/time-range/range.ts';
import styles from './chart.module.css';
import type { PlotGeometry } from './chart-props.ts';
import type { CrosshairGroup } from './crosshair.ts';
import type { PlotModel } from './plot-model.ts';
import { Tooltip } from './tooltip.tsx';
import { tooltipContent } from './tooltip-rows.ts';
import { usePointing } from './use-pointing.ts';

export interface PlotSurfaceProps {
  readonly frame: Frame;
  readonly model: PlotModel;
  readonly geometry: RefObject<PlotGeometry | null>;
  readonly group: CrosshairGroup;
  readonly unit: Unit;
  readonly decimals: number | null;
  readonly zone: Zone;
  readonly onZoom: ((range: ResolvedRange) => void) | undefined;
  readonly onZoomBack: (() => void) | undefined;
}

export const PlotSurface = memo(function PlotSurface(props: PlotSurfaceProps) {
  const { frame, model, geometry, group, unit, decimals, zone, onZoom, onZoomBack } = props;
  const line = useRef<HTMLDivElement>(null);
  const { pointed, dragged, handlers } = usePointing(geometry, line, group, onZoom, onZoomBack);
  const content = useMemo(
    () => (pointed === null ? null : tooltipContent(model, frame, pointed.atMs, pointed.value)),
    [pointed, model, frame],
  );
  const place = geometry.current;
  const vertical = place === null ? undefined : { top: place.top, height: place.height };
  return (
    <>
      {dragged !== null && <div className={styles.drag} style={{ ...vertical, ...dragged }} />}
      <div ref={line} className={styles.line} style={vertical} />
      <div className={styles.surface} data-testid="chart-surface" {...handlers} />
      {content !== null && pointed !== null && dragged === null && (
        <Tooltip content={content} x={pointed.x} y={pointed.y} pinned={pointed.pinned} unit={unit} decimals={decimals} zone={zone} />
      )}
    </>
  );
});
