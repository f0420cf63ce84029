/** What one part of the shell asks of another, without knowing where it is. */
function signal(): { readonly open: () => void; readonly onOpen: (listener: () => void) => () => void } {
  const listeners = new Set<() => void>();
  return {
    open: () => {
      for (const listener of listeners) listener();
    },
    onOpen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export const { open: openPalette, onOpen: onPalette } = signal();
export const { open: openKeyboardMap, onOpen: onKeyboardMap } = signal();
export const { open: openRangePicker, onOpen: onRangePicker } = signal();
