/** Which series are shown. Keyed by name, so that it outlives the frames. Pure. */

/** Null: all. */
export type Selection = ReadonlySet<string> | null;

/** A click shows this one alone; on the one that is alone, all again. */
export function isolate(selection: Selection, name: string): Selection {
  return selection !== null && selection.size === 1 && selection.has(name) ? null : new Set([name]);
}

/** With the modifier: takes one away or adds it. */
export function toggle(selection: Selection, name: string, all: readonly string[]): Selection {
  const next = new Set(selection ?? all);
  if (next.has(name)) next.delete(name);
  else next.add(name);
  return next.size === 0 || all.every((each) => next.has(each)) ? null : next;
}

export function isShown(selection: Selection, name: string): boolean {
  return selection === null || selection.has(name);
}
