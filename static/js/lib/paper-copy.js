// The copy of a running paper on this device: the page and its files in the Cache API (written by the service worker),
// and beside it what the server has acknowledged, which that page cannot know. Both go together.

const CACHES = "paper:";

/** Keep what the server has stored (`items`) and how much time it left at `atMs` of the device's clock. */
export function keepCopy(device, owner, attempt, { items, remainingMs, atMs }) {
  return device?.put("copies", { owner, attempt, items, remainingMs, atMs }).catch(() => {});
}

/** What was kept last; null without it. */
export async function readCopy(device, owner, attempt) {
  const [copy] = (await device?.list("copies", owner, attempt).catch(() => [])) ?? [];
  return copy ?? null;
}

/**
 * How much time is left by a copy, `nowMs` by the device's clock. Only the difference of two readings counts, so that a
 * wrong clock does no harm; one that was set back meanwhile gives no more time than there was.
 */
export function remainingByCopy({ remainingMs, atMs }, nowMs) {
  return Math.max(0, remainingMs - Math.max(0, nowMs - atMs));
}

/** Forget all papers on this device but one (null: all of them). What is unsent stays in its owner's journal. */
export async function forgetCopies(device, caches, butAttempt = null) {
  const gone = (attempt) => attempt !== butAttempt;
  await device?.remove("copies", [], (copy) => gone(copy.attempt)).catch(() => {});
  const names = (await caches?.keys().catch(() => [])) ?? [];
  const ours = names.filter((name) => name.startsWith(CACHES) && gone(name.slice(CACHES.length)));
  await Promise.all(ours.map((name) => caches.delete(name).catch(() => {})));
}

/** Forget one paper. */
export async function forgetCopy(device, caches, owner, attempt) {
  await device?.remove("copies", [owner, attempt]).catch(() => {});
  await caches?.delete(CACHES + attempt).catch(() => {});
}
