/** How far back an instant selector looks for a sample: Prometheus' default. */
export const LOOKBACK_MS = 5 * 60_000;

/** The step of a subquery that names none: Prometheus' default evaluation interval. */
export const SUBQUERY_STEP_MS = 60_000;

/** 2^63 nanoseconds: Go's longest duration. */
export const DURATION_MS_MAX = 2 ** 63 / 1e6;

/** Samples that an aggregation folds before something else may run: below a millisecond. */
export const SLICE_SAMPLES = 50_000;

/** What a series costs beside its samples, when its labels are looked at or made: a microsecond or two. */
export const SERIES_SAMPLES = 100;

/** Samples that windows of one series see before something else may run: functions that sort them take a millisecond or two. */
export const WINDOW_SLICE_SAMPLES = 10_000;

/** From so many steps on a kernel answers all windows of a series at once: below, planning them costs more than it saves. */
export const KERNEL_STEPS_MIN = 8;

/** A series of so many samples goes through a kernel even for one window: ten minutes at 1 s. */
export const KERNEL_SAMPLES_MIN = 600;

/** Samples that a kernel looks at for all windows of one series before something else may run: two milliseconds of quantiles, the slowest. */
export const KERNEL_SEEN_MAX = 300_000;
