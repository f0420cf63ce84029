/** A receiver that does not answer within this time is tried again. */
export const SEND_TIMEOUT_MS = 10_000;

/** The wait before the second attempt; it doubles with each. */
export const RETRY_FIRST_MS = 1_000;

/** No wait between attempts is longer: a receiver that is back is found soon. */
export const RETRY_MAX_MS = 5 * 60_000;

/** No receiver may ask us to wait longer than this by Retry-After. */
export const RETRY_AFTER_MAX_MS = 3_600_000;

/** A message that could not be delivered for this long has failed. What still fires then goes out anew, in its newest state. */
export const GIVE_UP_MS = 3_600_000;

/**
 * A group whose last message failed is told anew after its group interval, but never faster than this: a receiver that
 * refuses everything costs one entry of the ledger each time. Saving the receiver is not waited for.
 */
export const FAILED_AGAIN_MS = 5 * 60_000;

/** An end that could not be told is told anew for this long. */
export const FAILED_END_MS = 6 * 3_600_000;

/** How much of a receiver's answer is kept, to be shown. */
export const ANSWER_CHARS = 500;

/** How much of an answer is read at all. */
export const ANSWER_BYTES = 64 * 1024;

/** Alerts of one message that are written out; the rest are counted. A reader takes in fewer, and chat has limits. */
export const ALERTS_SHOWN = 10;

/** Slack cuts a text beyond 40,000 and advises 4,000 characters; an attachment's text we hold below this. */
export const SLACK_TEXT_CHARS = 3_000;

/** A title is one line. */
export const SLACK_TITLE_CHARS = 200;

/** PagerDuty, Events API v2: the summary's limit. */
export const PAGERDUTY_SUMMARY_CHARS = 1_024;

/** A subject stays readable in a list of mails, and below the 998 bytes of a header line. */
export const SUBJECT_CHARS = 200;

/** Alerts in a webhook's payload; what was left out is counted in `truncatedAlerts`. Ten thousand make about 10 MB. */
export const WEBHOOK_ALERTS = 10_000;
