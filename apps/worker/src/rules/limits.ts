/** How long one rule may evaluate. A rule that needs longer than this cannot hold a one-second rhythm with others. */
export const RULE_DEADLINE_MS = 5_000;

/** Samples that one evaluation of a rule may load: a tenth of what a person's query may. */
export const RULE_SAMPLES_MAX = 5_000_000;

/** Series that one evaluation of a rule may touch. */
export const RULE_SERIES_MAX = 200_000;

/** Instances of one rule. Beyond it the rule matches far more than anybody wants to be told of. */
export const INSTANCES_PER_RULE = 10_000;

/** Rules are evaluated for this long before everything else on the thread has its turn. */
export const RULES_SLICE_MS = 4;

/** How soon a rule or receiver that another process saved is taken up. Our own saves are at once. */
export const RELOAD_MS = 3_000;

/** Between two attempts to reach PostgreSQL at the start. */
export const RESTORE_RETRY_MS = 1_000;

/** Transitions that wait for PostgreSQL to come back; the oldest are dropped from the history beyond it, no alert is. */
export const UNSAVED_TRANSITIONS = 100_000;

/** Instances that a preview shows: the contract with the web. */
export const PREVIEW_INSTANCES = 100;

/** How often old history is removed. */
export const PRUNE_EVERY_MS = 3_600_000;
