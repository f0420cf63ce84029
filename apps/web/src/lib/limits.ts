/** Every limit of the web, with the reason for its size. */

/** Queries in one streamed batch: more than one screen of panels, fewer than what would delay the first answer. */
export const BATCH_ITEMS_MAX = 30;

/** Points of one series in one chart: more than any screen has pixels. */
export const POINTS_MAX = 2_000;
/** Below this many points a chart looks like a polygon. */
export const POINTS_MIN = 300;

/** Live queries of one page: the worker takes 200 in one stream. */
export const LIVE_QUERIES_MAX = 200;
/** Mounting a dashboard adds its panels one by one: wait for the last before opening the stream. */
export const LIVE_RESUBSCRIBE_MS = 60;
/** The exchange leaves out a tab that has acknowledged none of so many ticks: it has crashed, or been frozen. */
export const LIVE_UNHEARD_TICKS_MAX = 30;
/** A shared worker answers within some ms; without one a tab opens a stream of its own. */
export const LIVE_EXCHANGE_TIMEOUT_MS = 2_000;
/** Before a lost stream is opened again: a worker that restarts is back within seconds. */
export const LIVE_RECONNECT_MS = 1_000;

/** The server pings every 10 s: a stream that is silent for longer than two of them is lost. */
export const LIVE_SILENCE_MS = 25_000;

/** Without a tick for so long, what is shown is called stale: the stream ticks each second. */
export const LIVE_STALE_MS = 6_000;

/** Series drawn in one chart; the notice says how many were left out. Above, lines are a texture, not information. */
export const SERIES_DRAWN_MAX = 500;
/** Above this many points a redraw takes as long as a frame may; what is so dense is not seen to move each second anyway. */
export const DENSE_POINTS = 60_000;
/** How often live data redraws a chart that is so dense. */
export const DENSE_DRAW_MS = 5_000;
/** Charts drawn in one frame: without a graphics card their paint is the frame's work too, some 3 ms each. */
export const CHARTS_IN_FRAME_MAX = 6;

/** Rows of the tooltip: as many as can be read at a glance. */
export const TOOLTIP_ROWS_MAX = 20;

/** Steps of undo kept: for ranges and for a dashboard's edits. */
export const UNDO_STEPS_MAX = 100;

/** A request to the worker that is not a stream is given up after this; a query's own deadline is 30 s. */
export const WORKER_READY_TIMEOUT_MS = 2_000;
/** A page does not wait longer than this for what the browser can ask for itself. */
export const PAGE_QUERY_TIMEOUT_MS = 500;
/** The other places are fetched after this: not beside the queries of the first page, whose connections and server they share. */
export const PREFETCH_AFTER_MS = 2_000;
