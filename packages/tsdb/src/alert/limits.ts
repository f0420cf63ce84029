/**
 * A resolved instance stays for this long: people see what has just ended, and a receiver that was away is still
 * told. Fifteen minutes, as Prometheus keeps it.
 */
export const RESOLVED_KEPT_MS = 15 * 60_000;
