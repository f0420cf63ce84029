const PAUSE_FIRST_MS = 200;
const PAUSE_MAX_MS = 10_000;

/** Something that should run until it is told to stop. */
export interface Lasting {
  readonly title: string;
  readonly logFile: string;
  /** Resolves with how it ended, in words; at once when it does not run. */
  ended(): Promise<string>;
  /** One attempt. True when it is ready. */
  startOnce(): Promise<boolean>;
}

/** Starts it again whenever it ends; each time that it ends before it was ready, it is left alone for longer. */
export async function startAgain(what: Lasting, stop: AbortSignal): Promise<void> {
  let pauseMs = PAUSE_FIRST_MS;
  for (;;) {
    const how = await what.ended();
    if (stop.aborted) return;
    console.log(`! ${what.title} ended (${how}) and is started again; its output: ${what.logFile}`);
    await delay(pauseMs);
    if (stop.aborted) return;
    pauseMs = (await what.startOnce()) ? PAUSE_FIRST_MS : Math.min(pauseMs * 2, PAUSE_MAX_MS);
  }
}

export function delay(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}
