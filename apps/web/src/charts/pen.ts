/** Where a shape is drawn. The renderer records a path as it draws it, to know later what is pointed at; ours go to the canvas alone. */
export interface Pen {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  closePath(): void;
}

export function penOf(path: Pen & { getContext?(): Pen | null }): Pen {
  return path.getContext?.() ?? path;
}
