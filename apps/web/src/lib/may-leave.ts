/** Whether this tab has work that is not saved. The guard counts it; the shell's keys and commands ask before they leave. */
let unsavedCount = 0;

export function beginUnsaved(): void {
  unsavedCount++;
}

export function endUnsaved(): void {
  unsavedCount--;
}

/** True when nothing is unsaved, or the reader says that it may be lost. */
export function mayLeave(): boolean {
  return unsavedCount === 0 || window.confirm('Leave without saving? Your changes will be lost.');
}
