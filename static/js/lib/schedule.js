// When to ask the server again. Half a province looks at the same board, so nobody asks in step with the others.

const LONGEST = 5 * 60_000;

/**
 * Milliseconds until the next question: the interval give or take a tenth; after `failures` in a row twice as long
 * each time up to `longestMs`, give or take a half; never sooner than the server's `retryAfterMs`.
 * `random` is a number in [0, 1).
 */
export function nextDelay({ intervalMs, failures = 0, longestMs = LONGEST, retryAfterMs = 0, random }) {
  const longest = Math.max(longestMs, intervalMs);
  const base = Math.min(intervalMs * 2 ** failures, longest);
  const spread = failures ? 0.5 : 0.1;
  return Math.max(retryAfterMs, Math.round(base * (1 - spread + 2 * spread * random)));
}

/** The seconds of a Retry-After header as milliseconds; 0 for a missing header or a date. */
export function retryAfter(header) {
  return /^\d+$/.test(header ?? "") ? Number(header) * 1000 : 0;
}
