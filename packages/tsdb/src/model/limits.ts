/**
 * Buckets of one native histogram: clients keep 160 by default, and converted ones some hundreds. One of more loses resolution before it is
 * taken in, or, with bounds of its own, is refused. The largest, with all of its bounds, is less than a page of the head's.
 */
export const HISTOGRAM_BUCKETS_MAX = 2_000;
