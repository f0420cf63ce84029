export interface TargetRow {
  readonly job: string;
  readonly instance: string;
  readonly url: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
  readonly lastScrapeMs: number | null;
  readonly lastDurationMs: number | null;
  readonly lastSamples: number | null;
  readonly intervalMs: number;
}

export interface StatusReport {
  readonly nowMs: number;
  readonly version: string;
  readonly startedAtMs: number;
  readonly ready: string | null;
  readonly ingestion: {
    /** Samples a second over the last ten seconds, as this worker appended them; replays left out. */
    readonly samplesPerSecond: number;
    readonly samplesTotal: number;
    /** `example` is the last series, or what else was wrong, by reason. */
    readonly refused: readonly { readonly reason: string; readonly samples: number; readonly example: string }[];
  };
  readonly log: readonly {
    readonly partition: number;
    readonly first: number;
    readonly position: number;
    readonly end: number;
    readonly lagMs: number;
    readonly damaged: number;
  }[];
  readonly head: { readonly series: number; readonly samples: number; readonly fromMs: number | null; readonly toMs: number | null };
  readonly blocks: readonly (BlockRow & {
    /** Null for the worker's own disk. */
    readonly place: string | null;
  })[];
  /** Where blocks go that are no longer young, from fast to slow. */
  readonly places: readonly PlaceRow[];
  readonly quarantined: readonly { readonly id: string; readonly reason: string }[];
  readonly storage: { readonly path: string; readonly usedBytes: number; readonly freeBytes: number };
  /** From the configuration file: what Tidemark read and does not support yet. */
  readonly warnings: readonly string[];
}

/** What retention would take away until a time. */
export interface RetentionPlan {
  readonly atMs: number;
  /** Why nothing is deleted at present, for people; null when it is. */
  readonly held: string | null;
  /** The oldest first. */
  readonly leaving: readonly (BlockRow & { readonly reason: 'age' | 'size' | 'series' })[];
  readonly freedBytes: number;
}

export interface BlockRow {
  readonly id: string;
  /** Of its windows; 0: raw samples. */
  readonly resolutionMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly series: number;
  readonly samples: number;
  readonly bytes: number;
}

export interface PlaceRow {
  readonly name: string;
  readonly where: string;
  readonly blocks: number;
  readonly bytes: number;
  /** What is old enough for it and has not come yet. */
  readonly waitingBlocks: number;
  readonly waitingBytes: number;
  /** What stood in the way last, null when nothing did. */
  readonly trouble: string | null;
}

export interface StatusPort {
  report(tenant: string): Promise<StatusReport>;
  retention(tenant: string, withinMs: number): Promise<RetentionPlan>;
  targets(): Promise<readonly TargetRow[]>;
}
