/** Waits for a condition instead of sleeping: polls until `probe` gives a value other than null, undefined or false. */
export async function waitFor<T>(what: string, probe: () => T | Promise<T>, timeoutMs = 25_000): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== null && value !== undefined && value !== false) return value as NonNullable<Exclude<T, false>>;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
