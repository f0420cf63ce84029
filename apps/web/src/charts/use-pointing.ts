'use client';

/** Pointing at a plot: the shared crosshair, the tooltip's place, dragging over a stretch, pinning. */
import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { ResolvedRange } from '../lib/time-range/range.ts';
import type { PlotGeometry } from './chart-props.ts';
import type { CrosshairGroup } from './crosshair.ts';

export interface PointedAt {
  readonly atMs: number;
  readonly value: number;
  /** In the window. */
  readonly x: number;
  readonly y: number;
  readonly pinned: boolean;
}

export interface Pointing {
  readonly pointed: PointedAt | null;
  /** The stretch that is being dragged over, in px of the chart. */
  readonly dragged: { readonly left: number; readonly width: number } | null;
  readonly handlers: {
    onPointerMove(event: PointerEvent): void;
    onPointerDown(event: PointerEvent): void;
    onPointerUp(event: PointerEvent): void;
    onPointerLeave(): void;
    onDoubleClick(): void;
  };
}

/** Shorter than this is a click. */
const DRAG_MIN_PX = 5;

export function usePointing(
  geometry: RefObject<PlotGeometry | null>,
  line: RefObject<HTMLElement | null>,
  group: CrosshairGroup,
  onZoom: ((range: ResolvedRange) => void) | undefined,
  onZoomBack: (() => void) | undefined,
): Pointing {
  const [pointed, setPointed] = useState<PointedAt | null>(null);
  const [dragged, setDragged] = useState<Pointing['dragged']>(null);
  const dragFrom = useRef<number | null>(null);
  const [holder] = useState(() => ({}));

  useEffect(() => {
    const leave = group.join({
      moveTo(atMs) {
        const plot = geometry.current;
        if (line.current === null || plot === null) return;
        const x = plot.left + ((atMs - plot.fromMs) / (plot.toMs - plot.fromMs)) * plot.width;
        const inside = x >= plot.left && x <= plot.left + plot.width;
        line.current.style.visibility = inside ? 'visible' : 'hidden';
        if (inside) line.current.style.transform = `translateX(${Math.round(x)}px)`;
      },
      hide() {
        if (line.current !== null) line.current.style.visibility = 'hidden';
      },
    });
    return () => {
      leave();
      group.release(holder);
    };
  }, [group, geometry, line, holder]);

  useEffect(() => {
    if (!pointed?.pinned) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') unpin();
    };
    const unpin = () => {
      setPointed(null);
      group.release(holder);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [pointed?.pinned, group, holder]);

  const locate = (event: PointerEvent) => {
    const plot = geometry.current;
    if (plot === null) return null;
    const box = event.currentTarget.getBoundingClientRect();
    const x = Math.max(plot.left, Math.min(plot.left + plot.width, event.clientX - box.left));
    const y = event.clientY - box.top;
    const atMs = plot.fromMs + ((x - plot.left) / plot.width) * (plot.toMs - plot.fromMs);
    const value = plot.max - ((y - plot.top) / plot.height) * (plot.max - plot.min);
    return { plot, x, atMs, value };
  };

  return {
    pointed,
    dragged,
    handlers: {
      onPointerMove(event) {
        const at = locate(event);
        if (at === null) return;
        group.hold(holder);
        group.point(at.atMs);
        if (dragFrom.current !== null) {
          const from = dragFrom.current;
          setDragged(Math.abs(at.x - from) < DRAG_MIN_PX ? null : { left: Math.min(from, at.x), width: Math.abs(at.x - from) });
        }
        if (!pointed?.pinned) setPointed({ atMs: at.atMs, value: at.value, x: event.clientX, y: event.clientY, pinned: false });
      },
      onPointerDown(event) {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        dragFrom.current = locate(event)?.x ?? null;
      },
      onPointerUp(event) {
        const at = locate(event);
        const from = dragFrom.current;
        dragFrom.current = null;
        setDragged(null);
        if (at === null || from === null) return;
        if (Math.abs(at.x - from) < DRAG_MIN_PX) {
          setPointed({ atMs: at.atMs, value: at.value, x: event.clientX, y: event.clientY, pinned: !pointed?.pinned });
          return;
        }
        if (onZoom === undefined) return;
        const msOf = (x: number) => Math.round(at.plot.fromMs + ((x - at.plot.left) / at.plot.width) * (at.plot.toMs - at.plot.fromMs));
        group.release(holder);
        setPointed(null);
        onZoom({ fromMs: msOf(Math.min(from, at.x)), toMs: msOf(Math.max(from, at.x)) });
      },
      onPointerLeave() {
        group.leave();
        if (pointed?.pinned) return;
        group.release(holder);
        setPointed(null);
      },
      onDoubleClick() {
        setPointed(null);
        group.release(holder);
        onZoomBack?.();
      },
    },
  };
}
