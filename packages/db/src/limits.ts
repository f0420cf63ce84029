/** Between two looks at something that PostgreSQL or a dying process changes. */
export const POLL_MS = 10;

/** PostgreSQL's fast shutdown writes one checkpoint; a slow disk needs seconds for it, and nobody waits longer. */
export const STOP_FAST_MS = 10_000;

/** Recovery after a crash replays at most `max_wal_size` (256 MB), which a slow disk reads within this time. */
export const START_MS = 60_000;

/** A Unix socket's path has 108 bytes, of which `/.s.PGSQL.5432` and the final zero take 15. */
export const SOCKET_DIR_BYTES = 92;

/** Connections of one process. Writes are few and batched; pages ask for lists. */
export const CONNECTIONS = 8;

/** A server that does not answer a connection within this time is unreachable. */
export const CONNECT_TIMEOUT_MS = 5_000;

/** A statement of a store takes milliseconds; a server that hangs must not hold up alert evaluation for ever. */
export const QUERY_TIMEOUT_MS = 15_000;

/** Alert history and finished notifications are kept for this long: a quarter, for the review of an incident. */
export const HISTORY_KEPT_MS = 90 * 86_400_000;

/** All of a tenant's rules are evaluated each second; ten thousand are what one worker can. */
export const RULES_PER_TENANT = 10_000;

/** Every receiver is asked about every alert that changes. */
export const RECEIVERS_PER_TENANT = 500;
