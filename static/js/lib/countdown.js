// How much time is left, out of the server's word and a clock that only goes forward. The device's wall clock, which
// may be wrong by hours, is never asked.

/** Minutes at which the time left is said aloud. */
export const THRESHOLDS = [10, 5, 1];

const MINUTE = 60_000;

/** The server's `remainingMs`, heard at `nowMs` of a monotonic clock. */
export function startAt(remainingMs, nowMs) {
  return { remainingMs, atMs: nowMs };
}

/** Milliseconds left at `nowMs`, never negative. */
export function remainingAt(sync, nowMs) {
  return Math.max(0, sync.remainingMs - (nowMs - sync.atMs));
}

/** True when the server gives clearly more time than was left: organizers give whole minutes, clocks differ by less. */
export function wasExtended(sync, remainingMs, nowMs) {
  return remainingMs - remainingAt(sync, nowMs) > MINUTE / 2;
}

/** "9:58", "1:02:03"; a second that has begun counts as whole, so 0:00 is shown only when nothing is left. */
export function formatRemaining(ms) {
  const total = Math.ceil(ms / 1000);
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor(total / 60) % 60;
  const seconds = String(total % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
}

/** Milliseconds until the text of `formatRemaining` changes; null when it will not. */
export function untilNextText(ms) {
  if (ms <= 0) return null;
  return ms % 1000 || 1000;
}

/** The lowest threshold, in minutes, passed between two readings; null when none was. */
export function crossedThreshold(beforeMs, afterMs, thresholds = THRESHOLDS) {
  const crossed = thresholds.filter((minutes) => beforeMs > minutes * MINUTE && afterMs <= minutes * MINUTE);
  return crossed.length ? Math.min(...crossed) : null;
}

/** True for the last minutes, when the page marks the time. */
export function isSoon(ms, minutes = 1) {
  return ms <= minutes * MINUTE;
}
